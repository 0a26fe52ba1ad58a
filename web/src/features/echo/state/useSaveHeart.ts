import { useMutation, useQueryClient } from "@tanstack/react-query";
import { execute } from "../../../api/graphql";
import { CORRECT_HEART } from "../documents";
import { correctionInput, type Draft } from "../logic/draft";
import { heartKey, heartsChanged } from "../queries";
import type { EchoStore } from "./EchoStore";

/** Keeps a correction beside the machine's numbers; `onSaved` is told under which id. */
export function useSaveHeart(studyUid: string, instanceUid: string, store: EchoStore, onSaved: (id: string) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ draft, comment }: { draft: Draft; comment: string }) => {
      const input = correctionInput(instanceUid, draft, comment.trim());
      return (await execute(CORRECT_HEART, { input })).correctHeart;
    },
    onSuccess: (heart) => {
      client.setQueryData(heartKey(instanceUid), heart);
      store.end();
      onSaved(heart.corrections[0]?.annotationId ?? "");
      // Numbers of other images of the study may rest on this one, too.
      void client.invalidateQueries({ queryKey: ["heart"], predicate: ({ queryKey }) => queryKey[1] !== instanceUid });
      heartsChanged(client, studyUid);
    },
  });
}
