import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { execute } from "../../../api/graphql";
import type { CaseEvidenceFragment, CaseFindingFragment, FindingTermsQuery } from "../../../gql/graphql";
import { EVIDENCE, FINDING_TERMS } from "./documents";

export type FindingData = CaseFindingFragment;
export type CorrectionData = CaseEvidenceFragment["corrections"][number];
/** What can be stated. */
export type Term = Pick<FindingTermsQuery["findingTerms"][number], "findingId" | "code" | "description">;
/** What the case's current reports say, after corrections, and the corrections themselves. */
export type Evidence = CaseEvidenceFragment;

/** Found by a person, not by a tagger. */
export const PERSON = "person";

/** Under the case's own key, so that what changes the case asks for this again, too. */
export function evidenceKey(uid: string) {
  return ["case", uid, { part: "evidence" }] as const;
}

/** Asked apart from the case, which does not wait for it. */
export function evidenceQuery(uid: string) {
  return queryOptions({
    queryKey: evidenceKey(uid),
    queryFn: async ({ signal }): Promise<Evidence> => (await execute(EVIDENCE, { uid }, signal)).case,
  });
}

export function termsQuery(text: string) {
  return queryOptions({
    queryKey: ["findingTerms", text],
    queryFn: async ({ signal }) => (await execute(FINDING_TERMS, { text }, signal)).findingTerms,
    enabled: text.trim().length > 1,
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });
}
