import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useMemo, useState } from "react";
import type { PaneSource } from "../../viewer/paneSource";
import type { StackPane } from "../../viewer/stack/StackPane";
import type { HeartData } from "../logic/heart";
import { ContourOverlay } from "../overlay/ContourOverlay";
import { EchoPanel } from "../panel/EchoPanel";
import type { RangeHref } from "../panel/SimilarHearts";
import { type AskedHeart, heartQuery } from "../queries";
import { DEFAULT_CHOICE } from "../state/choice";
import { EchoStore } from "../state/EchoStore";
import classes from "./QueryHeart.module.css";

// cornerstone is a megabyte: it loads with the first cine that is asked with.
const CineStage = lazy(() => import("./CineStage"));

type Props = {
  picture: { studyUid: string; seriesUid: string; instanceUid: string; date: string | null; frames: number };
  /** Over the picture. */
  label: string;
  asked: AskedHeart;
  hrefOf: RangeHref;
};

/** The cine that is asked with: its contours moving with the heart, and its numbers; an M-mode with its lines. */
export default function QueryHeart(props: Props) {
  const { picture } = props;
  const { data } = useQuery(heartQuery(picture.instanceUid));
  // Most single pictures of ultrasound are of other organs: they get no word.
  return picture.frames > 1 || (data && seesHeart(data)) ? <Shown {...props} /> : null;
}

function seesHeart({ strip, trace }: HeartData): boolean {
  return strip !== null || (trace !== null && trace.contours.length > 0 && trace.reason?.code === "one_frame");
}

function Shown({ picture, label, asked, hrefOf }: Props) {
  const { studyUid, seriesUid, instanceUid, date } = picture;
  const [store] = useState(() => new EchoStore());
  const [pane, setPane] = useState<StackPane | null>(null);
  const [choice, setChoice] = useState(DEFAULT_CHOICE);
  const source = useMemo<PaneSource>(
    () => ({ label, studyUid, seriesUid, instanceUid, date, pseudonym: "" }),
    [label, studyUid, seriesUid, instanceUid, date],
  );
  return (
    <div className={classes.box}>
      <Suspense fallback={<div className={classes.stage} />}>
        <CineStage
          source={source}
          isCine={picture.frames > 1}
          pane={pane}
          onPane={setPane}
          overlay={<ContourOverlay pane={pane} instanceUid={instanceUid} reading={choice.reading} store={store} />}
        />
      </Suspense>
      {/* Long content scrolls in its own place: hits below never move. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by keyboard */}
      <div className={classes.told} tabIndex={0} role="group" aria-label="What was measured">
        <EchoPanel
          studyUid={studyUid}
          instanceUid={instanceUid}
          pane={pane}
          store={store}
          choice={choice}
          onChoice={(change) => setChoice((now) => ({ ...now, ...change }))}
          mayDraw={false}
          asked={asked}
          hrefOf={hrefOf}
        />
      </div>
    </div>
  );
}
