import { useDocumentTitle } from "@mantine/hooks";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { dateText } from "../../ui/format";
import { formatState, parseState, withLike } from "../search/state/searchState";
import type { HitData } from "../search/queries";
import { CommandBus } from "../viewer/hotkeys/CommandBus";
import type { Command } from "../viewer/hotkeys/commands";
import { HotkeySheet } from "../viewer/hotkeys/HotkeySheet";
import { useHotkeys } from "../viewer/hotkeys/useHotkeys";
import type { ShownFrame } from "../viewer/paneSource";
import type { StackPane } from "../viewer/stack/StackPane";
import { CaseHeading } from "./CaseHeading";
import classes from "./CasePage.module.css";
import { CaseViewer } from "./CaseViewer";
import { ContourOverlay } from "../echo/overlay/ContourOverlay";
import { EchoStore } from "../echo/state/EchoStore";
import { type DisplaySet, displaySetsOf, displaySetWith } from "./displaySets";
import { mayShowHeart } from "./hearts";
import type { CaseData } from "./queries";
import { SeriesStrip } from "./SeriesStrip";
import { SidePanel } from "./SidePanel";
import { Timeline } from "./Timeline";
import type { Navigation } from "./useCaseUrl";
import { useLeaveGuard } from "./useLeaveGuard";
import { useNeighbours } from "./useNeighbours";
import { useStart } from "./useStart";

type Props = {
  data: CaseData;
  /** Another case is on its way and this one still stands. */
  changing: boolean;
  navigation: Navigation;
};

export function CaseView({ data, changing, navigation: { url, replace, open, back } }: Props) {
  const { studyUid } = data;
  const navigate = useNavigate();
  const [bus] = useState(() => new CommandBus());
  const [echo] = useState(() => new EchoStore());
  const [pane, setPane] = useState<StackPane | null>(null);
  const [keysShown, setKeysShown] = useState(false);
  const [start, setStart] = useStart(studyUid, url);
  const [shown, setShown] = useState<ShownFrame | null>(null);
  const sets = useMemo(() => displaySetsOf(data.series), [data]);
  const set = displaySetWith(sets, data.series, start.series, start.instance);
  const neighbours = useNeighbours(url.from, studyUid, url.instance, set?.seriesUid ?? null);
  useDocumentTitle(`Case ${data.patient}, ${dateText(data.date ?? null)} – Similis`);
  useHotkeys(bus);

  const go = useCallback(
    (target: {
      studyUid: string;
      series: string | null;
      instance: string | null;
      frame: number | null;
    }) => {
      const { studyUid: study, ...place } = target;
      if (study === studyUid) setStart(target);
      const { echo } = url; // whose contours are shown is another question in another case
      replace(study, study === studyUid ? place : { ...place, echo: { ...echo, reading: "" } });
    },
    [replace, setStart, studyUid, url],
  );
  const pick = (picked: DisplaySet | undefined): void => {
    if (!picked) return;
    go({ studyUid, series: picked.seriesUid, instance: picked.instanceUid, frame: null });
  };
  const goToHit = (hit: HitData | undefined): void => {
    if (!hit) return;
    const { instance, frame } = hit;
    go({
      studyUid: hit.case.studyUid,
      series: instance?.seriesUid ?? null,
      instance: instance?.instanceUid ?? null,
      frame: frame ?? null,
    });
  };
  const leaving = useRef(false);
  useLeaveGuard(
    echo,
    useCallback(() => {
      leaving.current = false;
    }, []),
  );
  const follow = useCallback(
    ({ instanceUid, frame }: ShownFrame) => {
      setShown({ instanceUid, frame });
      // What is shown is told a moment later: by then another address may be on its way.
      const isHere = window.location.pathname === `/case/${encodeURIComponent(studyUid)}`;
      if (isHere && !leaving.current) replace(studyUid, { instance: instanceUid, frame: frame - 1 });
    },
    [replace, studyUid],
  );
  const likeThis = (): void => {
    if (!set) return;
    const instance = shown?.instanceUid ?? set.instanceUid;
    const cine = data.series.some(({ instances }) =>
      instances.some((one) => one.instanceUid === instance && one.frames > 1),
    );
    const search = parseState(new URLSearchParams(url.from));
    leaving.current = true;
    const next = withLike(search, instance, cine && shown ? shown.frame - 1 : null);
    void navigate(`/?${formatState(next).toString()}`);
  };

  const leave = (): void => {
    leaving.current = true;
    back();
  };

  useCaseCommands(bus, {
    back: leave,
    help: () => setKeysShown(true),
    "next-series": () => pick(neighbour(sets, set, 1)),
    "previous-series": () => pick(neighbour(sets, set, -1)),
    "next-hit": () => goToHit(neighbours.next),
    "previous-hit": () => goToHit(neighbours.previous),
    "more-like-this": likeThis,
  });

  const image = shown?.instanceUid ?? set?.instanceUid ?? null;
  const heart = mayShowHeart(data, image) ? image : null;
  return (
    <main id="main" className={classes.page} aria-busy={changing}>
      <CaseHeading data={data} neighbours={neighbours} send={bus.send} mayAsk={set !== undefined} />
      <aside className={classes.rail} aria-label="Images of the patient">
        <SeriesStrip sets={sets} chosen={set} onPick={pick} />
        <Timeline entries={data.timeline} onOpen={open} />
      </aside>
      <div className={classes.viewer}>
        <CaseViewer
          data={data}
          set={set}
          start={start}
          url={url}
          label={neighbours.hit ? `Hit ${neighbours.hit.rank}` : "Case"}
          bus={bus}
          onShown={follow}
          onPane={setPane}
          overlay={heart && <ContourOverlay pane={pane} instanceUid={heart} reading={url.echo.reading} store={echo} />}
        />
      </div>
      <SidePanel
        data={data}
        instanceUid={image}
        heartUid={heart}
        pane={pane}
        echo={echo}
        choice={url.echo}
        onChoice={(change) => replace(studyUid, { echo: { ...url.echo, ...change } })}
        onDraw={() => bus.send("pause")}
      />
      <HotkeySheet opened={keysShown} onClose={() => setKeysShown(false)} />
    </main>
  );
}

function neighbour(
  sets: readonly DisplaySet[],
  set: DisplaySet | undefined,
  step: 1 | -1,
): DisplaySet | undefined {
  return set && sets[sets.findIndex(({ key }) => key === set.key) + step];
}

/** Does the page's own commands; always with the latest closures. */
function useCaseCommands(bus: CommandBus, acts: Partial<Record<Command, () => void>>): void {
  useEffect(() => bus.listen((command) => acts[command]?.()));
}
