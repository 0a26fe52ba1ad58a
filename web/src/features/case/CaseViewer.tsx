import { Alert, Center, Image, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useMemo } from "react";
import { asApiError } from "../../api/errors";
import { parseState } from "../search/state/searchState";
import type { CommandBus } from "../viewer/hotkeys/CommandBus";
import type { PaneSource, ShownFrame } from "../viewer/paneSource";
import type { StackPane } from "../viewer/stack/StackPane";
import type { CaseUrl } from "./caseUrl";
import classes from "./CasePage.module.css";
import type { DisplaySet } from "./displaySets";
import { askedImageQuery, type Asked, type CaseData } from "./queries";
import type { Start } from "./useStart";
import { ViewerBoundary } from "./ViewerBoundary";
import { Waiting } from "../../ui/Waiting";

// cornerstone is a megabyte: it loads with the first case that has pictures.
const Viewer = lazy(() => import("../viewer/Viewer"));

type Props = {
  data: CaseData;
  set: DisplaySet | undefined;
  start: Start;
  url: CaseUrl;
  label: string;
  bus: CommandBus;
  onShown: (shown: ShownFrame) => void;
  onPane: (pane: StackPane | null) => void;
  /** What is drawn over the picture. */
  overlay: ReactNode;
};

/** The viewer with what was asked at the left, or what to say where there are no pixels. */
export function CaseViewer({ data, set, start, url, label, bus, onShown, onPane, overlay }: Props) {
  const asked = useMemo(() => askedOf(url.file, url.like), [url.file, url.like]);
  const { data: askedImage, error, isPending } = useQuery(askedImageQuery(asked));
  const query = useMemo(
    () => askedImage && { ...askedImage, frame: askedFrame(url.from) },
    [askedImage, url.from],
  );
  const hit = useMemo(() => set && hitSource(data, set, start, label), [data, set, start, label]);
  if (!hit || !set) return <Nothing>This case has no images.</Nothing>;
  if (!set.viewable) return <OnlyThumbnail set={set} />;
  const sameImage = query?.instanceUid === hit.instanceUid;
  return (
    <ViewerBoundary>
      {error && <LostQuery error={error} />}
      <Suspense fallback={<Opening />}>
        {asked && isPending ? (
          <Opening />
        ) : (
          <Viewer
            query={sameImage ? undefined : (query ?? undefined)}
            hit={hit}
            bus={bus}
            onShown={onShown}
            onPane={onPane}
            overlay={overlay}
          />
        )}
      </Suspense>
    </ViewerBoundary>
  );
}

function askedOf(file: string | null, like: string | null): Asked | null {
  if (file) return { file };
  return like ? { like } : null;
}

/** The frame (from 1) that was asked with. */
function askedFrame(from: string): number | undefined {
  const { frame } = parseState(new URLSearchParams(from));
  return frame === null ? undefined : frame + 1;
}

function hitSource(data: CaseData, set: DisplaySet, start: Start, label: string): PaneSource {
  return {
    label,
    studyUid: data.studyUid,
    seriesUid: set.seriesUid,
    instanceUid: start.instance ?? set.instanceUid,
    frame: start.frame === null ? undefined : start.frame + 1,
    pseudonym: data.patient,
    date: data.date,
  };
}

function LostQuery({ error }: { error: Error }) {
  const gone = asApiError(error).code === "NOT_FOUND";
  return (
    <Alert color="yellow" mb="xs" role="status">
      {gone
        ? "What was asked with is no longer held, so the case stands alone."
        : `What was asked with cannot be shown: ${asApiError(error).message}`}
    </Alert>
  );
}

function OnlyThumbnail({ set }: { set: DisplaySet }) {
  return (
    <Nothing>
      {set.thumbnail && <Image src={set.thumbnail} alt="" maw={320} radius="md" />}
      <Text>The archive keeps only this thumbnail: the pixels were not stored.</Text>
    </Nothing>
  );
}

function Nothing({ children }: { children: React.ReactNode }) {
  return (
    <Center className={classes.nothing}>
      <Stack align="center">{children}</Stack>
    </Center>
  );
}

function Opening() {
  return (
    <Center className={classes.nothing}>
      <Waiting label="Opening the viewer" />
    </Center>
  );
}
