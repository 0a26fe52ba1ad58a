import { type InfiniteData, useMutation, useQueryClient } from "@tanstack/react-query";
import { notifications } from "@mantine/notifications";
import { useRef } from "react";
import { WITHDRAW_ANNOTATION } from "../../../api/annotations";
import { asApiError } from "../../../api/errors";
import { execute } from "../../../api/graphql";
import type { SearchInput } from "../../../gql/graphql";
import { MARK_NOT_USEFUL } from "../documents";
import { type HitData, hitsQuery, type SearchPageData } from "../queries";

type Pages = InfiniteData<SearchPageData, string | null>;
type Mark = HitData["notUseful"];

/** Calls a hit not useful for this question, or takes that back. Shown at once; undone if the server refuses. */
export function useMark(input: SearchInput): (hit: HitData) => void {
  const client = useQueryClient();
  const { queryKey } = hitsQuery(input);
  const show = (hit: HitData, mark: Mark) => {
    client.setQueryData<Pages>(queryKey, (pages) => pages && withMark(pages, hit.id, mark));
  };
  const pressedAgain = useRef(new Set<string>());
  const { mutate } = useMutation({
    mutationFn: (hit: HitData) => toggled(hit, input),
    onMutate: (hit) => show(hit, hit.notUseful ? null : { annotationId: "", withdrawn: false }),
    onSuccess: (mark, hit) => {
      show(hit, mark);
      if (pressedAgain.current.delete(hit.id)) mutate({ ...hit, notUseful: mark });
    },
    onError: (error, hit) => {
      pressedAgain.current.delete(hit.id);
      show(hit, hit.notUseful);
      notifications.show({ color: "red", title: "The mark was not kept", message: asApiError(error).message });
    },
  });
  return (hit) => {
    const isBeingMade = hit.notUseful?.annotationId === "";
    if (!isBeingMade) mutate(hit);
    else if (!pressedAgain.current.delete(hit.id)) pressedAgain.current.add(hit.id);
  };
}

async function toggled(hit: HitData, search: SearchInput): Promise<Mark> {
  const { studyUid } = hit.case;
  if (hit.notUseful) {
    await execute(WITHDRAW_ANNOTATION, { id: hit.notUseful.annotationId, studyUid });
    return null;
  }
  const input = { search, studyUid, instanceUid: hit.instance?.instanceUid ?? null };
  return (await execute(MARK_NOT_USEFUL, { input })).markNotUseful;
}

/** The pages with this hit's mark changed. */
export function withMark(data: Pages, id: string, notUseful: Mark): Pages {
  return {
    ...data,
    pages: data.pages.map((page) => ({
      ...page,
      edges: page.edges.map((edge) =>
        edge.node.id === id ? { ...edge, node: { ...edge.node, notUseful } } : edge,
      ),
    })),
  };
}
