import { Badge, Button, Text } from "@mantine/core";
import { IconClockX } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { execute } from "../../../api/graphql";
import { ErrorNotice } from "../../../ui/ErrorNotice";
import { countText } from "../../../ui/format";
import { Notice } from "../../../ui/Notice";
import type { RangeHref } from "../../echo/panel/SimilarHearts";
import { FORGET_FILE } from "../documents";
import { isGone, queryFileQuery } from "../queries";
import { withoutPicture } from "../state/searchState";
import type { UpdateSearch } from "../state/useSearchState";
import { uploadQueue } from "../upload/useUploads";
import { AskedHeart } from "./AskedHeart";
import { type ModelData, QueryCard, QueryCardSkeleton } from "./QueryCard";

type Props = {
  id: string;
  frame: number | null;
  model: ModelData | null;
  update: UpdateSearch;
  onFrame: (frame: number | null) => void;
  onAdd: ((file: File | null) => void) | null;
  hrefOf: RangeHref;
};

/** The uploaded file that is asked about: what was understood of it, and that it is not stored. */
export function AskedFile({ id, frame, model, update, onFrame, onAdd, hrefOf }: Props) {
  const { data: file, error, isPending, refetch } = useQuery(queryFileQuery(id));
  const forget = useMutation({ mutationFn: () => execute(FORGET_FILE, { id }) });
  const remove = () => update((state) => withoutPicture(state));

  if (isPending) return <QueryCardSkeleton />;
  if (isGone(error)) return <GoneFile onRemove={remove} />;
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <QueryCard
        title="Your file"
        facts={file}
        thumbnail={file.thumbnail}
        badge={
          <Badge variant="light" color={file.stored ? "teal" : "gray"}>
            {file.stored ? "Also in the archive" : "Not stored"}
          </Badge>
        }
        note={`${file.isDicom ? "" : "A plain picture: no DICOM header to read. "}${patientNote(file.patientCases)}Forgotten at ${timeText(file.expiresAt)}.`}
        frame={frame}
        model={model}
        onFrame={onFrame}
        onRemove={remove}
        actions={
          <>
            {onAdd && !file.stored && (
              <Button size="xs" variant="default" onClick={() => onAdd(uploadQueue.fileOf(id))}>
                Add to archive…
              </Button>
            )}
            <Button
              size="xs"
              variant="subtle"
              color="gray"
              loading={forget.isPending}
              onClick={() => forget.mutate(undefined, { onSettled: remove })}
            >
              Forget now
            </Button>
          </>
        }
      />
      <AskedHeart picture={file} label={file.frames > 1 ? "Your cine" : "Your picture"} asked={{ queryFile: id }} hrefOf={hrefOf} />
    </>
  );
}

function GoneFile({ onRemove }: { onRemove: () => void }) {
  return (
    <Notice
      tone="warning"
      icon={<IconClockX size={20} aria-hidden="true" />}
      title="This file is no longer held: drop it again"
    >
      <Text size="sm">
        Files to search with are kept for an hour at most and never stored. Your words and filters are
        kept.
      </Text>
      <Button size="xs" variant="default" onClick={onRemove}>
        Go on without the file
      </Button>
    </Notice>
  );
}

function patientNote(cases: number): string {
  return cases > 0 ? `${countText(cases, "case")} of this patient in the archive. ` : "";
}

function timeText(iso: string): string {
  return new Date(iso).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}
