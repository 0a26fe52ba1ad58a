import { type ReactNode, useCallback, useEffect, useMemo, useState } from "react";
import type { Command } from "./hotkeys/commands";
import type { CommandBus } from "./hotkeys/CommandBus";
import { playDurations, recordedRate } from "./logic/cine";
import type { PaneSource, ShownFrame } from "./paneSource";
import type { Links } from "./stack/link";
import type { StackPane } from "./stack/StackPane";
import { chooseDragTool, type DragTool } from "./stack/tools";
import { CineControls, type Cine } from "./ui/CineControls";
import { LinkMenu } from "./ui/LinkMenu";
import { actOnPane } from "./ui/paneCommands";
import { Toolbar } from "./ui/Toolbar";
import { useCine } from "./ui/useCine";
import { useLinkedPanes } from "./ui/useLinkedPanes";
import { usePaneState } from "./ui/usePaneState";
import { useRecordedTimes } from "./ui/useRecordedTimes";
import { useShownFrame } from "./ui/useShownFrame";
import { ViewportPane } from "./ui/ViewportPane";
import classes from "./ui/Viewer.module.css";

type Props = {
  /** Compared with the hit, at its left. */
  query?: PaneSource | undefined;
  hit: PaneSource;
  bus: CommandBus;
  /** Told, a moment after scrolling, which frame of the hit is on the screen. */
  onShown: (shown: ShownFrame) => void;
  /** Told which viewport shows the hit; null when it goes. */
  onPane?: (pane: StackPane | null) => void;
  /** What is drawn over the picture of the hit. */
  overlay?: ReactNode;
};

const ALL_LINKED: Links = { scroll: true, view: true, window: true };
const NONE_LINKED: Links = { scroll: false, view: false, window: false };

/** The pictures of a case, beside the query's where there is one. */
export default function Viewer({ query, hit, bus, onShown, onPane, overlay }: Props) {
  const [queryPane, setQueryPane] = useState<StackPane | null>(null);
  const [hitPane, setHitPane] = useState<StackPane | null>(null);
  const [side, setSide] = useState<"query" | "hit">("hit");
  const [tool, setTool] = useState<DragTool>("window");
  const [cine, setCine] = useState<Cine>({ playing: false, speed: 1 });
  const [links, setLinks] = useState(ALL_LINKED);
  const active = query && side === "query" ? queryPane : hitPane;
  const state = usePaneState(active);

  const recorded = useRecordedTimes(active, state);
  useCine(
    active,
    useMemo(() => playDurations(recorded), [recorded]),
    cine.speed,
    cine.playing,
  );
  useLinkedPanes(query ? queryPane : null, hitPane, links);
  useShownFrame(hitPane, onShown);
  const openHit = useCallback(
    (pane: StackPane | null) => {
      setHitPane(pane);
      onPane?.(pane);
    },
    [onPane],
  );
  useEffect(() => chooseDragTool(tool), [tool, active]);

  const handle = useCallback(
    (command: Command): void => {
      if (command === "cine") setCine((now) => ({ ...now, playing: !now.playing }));
      else if (command === "pause") setCine((now) => ({ ...now, playing: false }));
      else if (command === "link") setLinks(({ scroll }) => (scroll ? NONE_LINKED : ALL_LINKED));
      else if (command === "next-viewport") setSide("hit");
      else if (command === "previous-viewport") setSide("query");
      else if (command === "tool-window") setTool("window");
      else if (command === "tool-zoom") setTool("zoom");
      else if (active) actOnPane(active, command);
    },
    [active],
  );
  useEffect(() => bus.listen(handle), [bus, handle]);

  return (
    <div className={classes.viewer}>
      <Toolbar pane={active} state={state} tool={tool} onTool={setTool} send={bus.send}>
        {state.count > 1 && (
          <CineControls cine={cine} rate={recordedRate(recorded)} onChange={setCine} />
        )}
        {query && <LinkMenu links={links} onChange={setLinks} />}
      </Toolbar>
      <div className={classes.panes} data-two={query !== undefined || undefined}>
        {query && (
          <ViewportPane
            source={query}
            active={side === "query"}
            onActivate={() => setSide("query")}
            onPane={setQueryPane}
          />
        )}
        <ViewportPane
          source={hit}
          active={side === "hit"}
          onActivate={() => setSide("hit")}
          onPane={openHit}
          overlay={overlay}
        />
      </div>
    </div>
  );
}
