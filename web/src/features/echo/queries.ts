import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { execute } from "../../api/graphql";
import type { SearchInput } from "../../gql/graphql";
import { HEART, SIMILAR_HEARTS } from "./documents";

const NEIGHBOURS = 100;

export const heartKey = (uid: string | null) => ["heart", uid] as const;

/** What was measured in an image; a file that is not stored is measured when it is first asked for. */
export function heartQuery(uid: string | null) {
  return queryOptions({
    queryKey: heartKey(uid),
    queryFn: async ({ signal }) => (uid ? (await execute(HEART, { uid }, signal)).heart : null),
    enabled: uid !== null,
    staleTime: Infinity,
    retry: false,
  });
}

/** What cases are found and counted by follows what people say of hearts. */
export function heartsChanged(client: QueryClient, studyUid: string): void {
  for (const queryKey of [["case", studyUid], ["search"], ["total"], ["facets"], ["similarHearts"], ["analytics"]]) {
    void client.invalidateQueries({ queryKey });
  }
}

/** Which picture others are like. */
export type AskedHeart = { like: string } | { queryFile: string };
export type SimilarHeart = { studyUid: string; ef: number; isCorrected: boolean };

/** The nearest cases of other patients that have an ejection fraction. */
export function similarHeartsQuery(asked: AskedHeart) {
  const input: SearchInput = { ...asked, group: "CASE", exclude: "PATIENT", filters: [{ name: "EF", exists: true }] };
  return queryOptions({
    queryKey: ["similarHearts", input],
    queryFn: async ({ signal }): Promise<SimilarHeart[]> => {
      const { search } = await execute(SIMILAR_HEARTS, { input, first: NEIGHBOURS }, signal);
      return search.edges.flatMap(({ node: { case: found } }) =>
        found.ejectionFraction === null
          ? []
          : { studyUid: found.studyUid, ef: found.ejectionFraction, isCorrected: found.heartCorrected ?? false },
      );
    },
  });
}
