import { ActionIcon, Button, Text, TextInput } from "@mantine/core";
import { IconArrowDown, IconArrowLeft, IconArrowRight, IconArrowUp, IconMinus, IconPlus } from "@tabler/icons-react";
import type { Icon } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { ErrorNotice } from "../../../ui/ErrorNotice";
import type { StackPane } from "../../viewer/stack/StackPane";
import { usePaneState } from "../../viewer/ui/usePaneState";
import { type Draft, drafted, type End, obstacle, withEnd, withPoint, withSize } from "../logic/draft";
import { handlesOf } from "../logic/edit";
import type { Point } from "../logic/geometry";
import { isStill } from "../logic/numbers";
import { sizeOfPixel, toPixels } from "../overlay/place";
import { type EchoStore, useEchoState } from "../state/EchoStore";
import { useSaveHeart } from "../state/useSaveHeart";
import classes from "./Panel.module.css";

const LARGER = 1.02;
const WAYS: readonly { label: string; icon: Icon; way: Point }[] = [
  { label: "Move the point left", icon: IconArrowLeft, way: [-1, 0] },
  { label: "Move the point up", icon: IconArrowUp, way: [0, -1] },
  { label: "Move the point down", icon: IconArrowDown, way: [0, 1] },
  { label: "Move the point right", icon: IconArrowRight, way: [1, 0] },
];

type Props = {
  draft: Draft;
  studyUid: string;
  instanceUid: string;
  pane: StackPane | null;
  store: EchoStore;
  onSaved: (id: string) => void;
};

/** What can be done to a contour and the beats without dragging, and what becomes of it. */
export function EditBar({ draft, studyUid, instanceUid, pane, store, onSaved }: Props) {
  const { target, axes, origin } = usePaneState(pane);
  const { handle, isHeld } = useEchoState(store);
  const [comment, setComment] = useState("");
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.focus({ preventScroll: true }), []);
  const save = useSaveHeart(studyUid, instanceUid, store, onSaved);
  const heart = drafted(draft);
  const frame = isStill(heart) ? 0 : target; // stills of a series are one stack
  const found = heart.ventricles[frame];
  const began = draft.start.ventricles[frame];
  const chosen = began && handlesOf(began)[handle];
  const why = obstacle(draft);
  const nudge = ([x, y]: Point) => {
    if (!found || !chosen || !axes || !origin) return;
    const step = sizeOfPixel({ axes, origin });
    const by = toPixels([x * step, y * step], { axes, origin });
    store.change((now) => withPoint(now, frame, found, chosen.index, by));
  };
  return (
    <form
      ref={form}
      tabIndex={-1}
      className={classes.edit}
      aria-label="Correction"
      onSubmit={(event) => {
        event.preventDefault();
        if (!why) save.mutate({ draft, comment });
      }}
    >
      <Text size="sm">
        {!isStill(heart) && <strong>{frameName(heart.beats, target)} </strong>}
        Drag the points over the picture, or reach them with Tab and move them with the
        arrow keys.
      </Text>
      <div className={classes.row}>
        <div className={classes.pad} role="group" aria-label={chosen?.label ?? "No point"}>
          {WAYS.map(({ label, icon: Picture, way }) => (
            <ActionIcon key={label} variant="default" size={28} aria-label={label} disabled={!chosen} onClick={() => nudge(way)}>
              <Picture size={16} aria-hidden />
            </ActionIcon>
          ))}
        </div>
        <div className={classes.pad} role="group" aria-label="Size of the contour">
          <ActionIcon variant="default" size={28} aria-label="Smaller contour" disabled={!found} onClick={() => store.change((now) => withSize(now, frame, 1 / LARGER))}>
            <IconMinus size={16} aria-hidden />
          </ActionIcon>
          <ActionIcon variant="default" size={28} aria-label="Larger contour" disabled={!found} onClick={() => store.change((now) => withSize(now, frame, LARGER))}>
            <IconPlus size={16} aria-hidden />
          </ActionIcon>
        </div>
      </div>
      {!isStill(heart) && (
        <div className={classes.row}>
          {(["endDiastole", "endSystole"] as const).map((end) => (
            <Button key={end} size="compact-sm" variant="default" disabled={isAlready(heart.beats, end, target)} onClick={() => store.change((now) => withEnd(now, end, target))}>
              {end === "endDiastole" ? "This is end-diastole" : "This is end-systole"}
            </Button>
          ))}
        </div>
      )}
      <TextInput size="xs" label="Comment" maxLength={2000} value={comment} onChange={(event) => setComment(event.currentTarget.value)} />
      {save.error && <ErrorNotice error={save.error} advice="The correction is still here. Try again." />}
      <Text size="xs" role="status" {...(isHeld ? { className: classes.held ?? "" } : { c: "dimmed" })}>
        {isHeld ? "Save the correction or discard it before you leave." : why || "Kept beside the machine’s numbers, under your name."}
      </Text>
      <div className={classes.row}>
        <Button size="xs" variant="default" disabled={!store.isDirty} onClick={() => store.undo()}>
          Undo
        </Button>
        <Button size="xs" variant="default" onClick={() => store.end()}>
          Discard
        </Button>
        <Button size="xs" type="submit" loading={save.isPending} disabled={why !== ""}>
          Save
        </Button>
      </div>
    </form>
  );
}

type Ends = readonly { endDiastole: number; endSystole: number }[];

function isAlready(beats: Ends, end: End, frame: number): boolean {
  return beats.some((beat) => beat[end] === frame);
}

function frameName(beats: Ends, frame: number): string {
  const systole = beats.findIndex(({ endSystole }) => endSystole === frame);
  const diastole = beats.findIndex(({ endDiastole }) => endDiastole === frame);
  if (diastole >= 0) return `Frame ${frame + 1}, end-diastole of beat ${diastole + 1}.`;
  return systole >= 0 ? `Frame ${frame + 1}, end-systole of beat ${systole + 1}.` : `Frame ${frame + 1}.`;
}
