import { queryOptions } from "@tanstack/react-query";
import { execute } from "../../../api/graphql";
import { graphql } from "../../../gql";
import type { CaseFindingsQuery } from "../../../gql/graphql";

const FINDINGS = graphql(`
  query CaseFindings($uid: ID!) {
    case(uid: $uid) {
      findings {
        reportId
        reportVersion
        begin
        end
        findingId
        code
        description
        assertion
        trigger
        section
        laterality
        severity
        location
        taggerId
      }
    }
  }
`);

export type FindingData = CaseFindingsQuery["case"]["findings"][number];

/** What the case's current reports say. Asked apart from the case, which does not wait for it. */
export function findingsQuery(uid: string) {
  return queryOptions({
    queryKey: ["caseFindings", uid],
    queryFn: async ({ signal }) => (await execute(FINDINGS, { uid }, signal)).case.findings,
  });
}
