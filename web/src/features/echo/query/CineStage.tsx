import { Button } from "@mantine/core";
import { useReducedMotion } from "@mantine/hooks";
import { IconPlayerPause, IconPlayerPlay } from "@tabler/icons-react";
import { type ReactNode, useMemo, useState } from "react";
import { playDurations } from "../../viewer/logic/cine";
import type { PaneSource } from "../../viewer/paneSource";
import type { StackPane } from "../../viewer/stack/StackPane";
import { useCine } from "../../viewer/ui/useCine";
import { usePaneState } from "../../viewer/ui/usePaneState";
import { useRecordedTimes } from "../../viewer/ui/useRecordedTimes";
import { ViewportPane } from "../../viewer/ui/ViewportPane";
import classes from "./QueryHeart.module.css";

type Props = {
  source: PaneSource;
  /** Whether there is something to play. */
  isCine: boolean;
  pane: StackPane | null;
  onPane: (pane: StackPane | null) => void;
  overlay: ReactNode;
};

/** A cine that plays by itself, but for those who want no motion. */
export default function CineStage({ source, isCine, pane, onPane, overlay }: Props) {
  const isStill = useReducedMotion(false, { getInitialValueInEffect: false });
  const [chosen, setChosen] = useState<boolean | null>(null);
  const playing = isCine && (chosen ?? !isStill);
  const state = usePaneState(pane);
  const recorded = useRecordedTimes(pane, state);
  useCine(
    pane,
    useMemo(() => playDurations(recorded), [recorded]),
    1,
    playing,
  );
  return (
    <div className={classes.stage}>
      <ViewportPane source={source} active onActivate={() => undefined} onPane={onPane} overlay={overlay} />
      {isCine && (
        <Button
          size="compact-sm"
          variant="default"
          leftSection={playing ? <IconPlayerPause size={16} aria-hidden /> : <IconPlayerPlay size={16} aria-hidden />}
          onClick={() => setChosen(!playing)}
        >
          {playing ? "Pause" : "Play"}
        </Button>
      )}
    </div>
  );
}
