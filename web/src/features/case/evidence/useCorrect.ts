import { useMutation, useQueryClient } from "@tanstack/react-query";
import { execute } from "../../../api/graphql";
import { WITHDRAW_ANNOTATION } from "../../../api/annotations";
import type { Assertion, CorrectionInput } from "../../../gql/graphql";
import { CORRECT_FINDING } from "./documents";
import { evidenceKey, type FindingData, type Term } from "./findings";
import type { Place } from "./places";

/** What a person says: `before` is the finding that is meant, `after` what it should be. */
export type Said = {
  before: FindingData | null;
  after: { place: Place; term: Term; assertion: Assertion } | null;
  comment: string;
};

/** Says a correction, and takes one back. What follows from findings is counted anew. */
export function useCorrect(studyUid: string) {
  const client = useQueryClient();
  const changed = () => {
    void client.invalidateQueries({ queryKey: ["case", studyUid] });
    for (const key of ["analytics", "facets", "search"]) void client.invalidateQueries({ queryKey: [key] });
  };
  const correct = useMutation({
    mutationFn: async (input: CorrectionInput) => (await execute(CORRECT_FINDING, { input })).correctFinding,
    onSuccess: (evidence) => {
      client.setQueryData(evidenceKey(studyUid), evidence);
      changed();
    },
  });
  const takeBack = useMutation({
    mutationFn: (id: string) => execute(WITHDRAW_ANNOTATION, { id, studyUid }),
    onSuccess: changed,
  });
  return { correct, takeBack };
}

export function correctionInput(
  studyUid: string,
  report: { reportId: string; version: number },
  { before, after, comment }: Said,
): CorrectionInput {
  return {
    studyUid,
    reportId: report.reportId,
    reportVersion: report.version,
    before: before && { begin: before.begin, end: before.end, findingId: before.findingId },
    after: after && {
      begin: after.place.begin,
      end: after.place.end,
      code: after.term.code,
      findingId: after.term.findingId,
      assertion: after.assertion,
    },
    comment,
  };
}
