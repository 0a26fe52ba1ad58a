import { useMemo } from "react";
import type { StackPane } from "../../viewer/stack/StackPane";
import { usePaneState } from "../../viewer/ui/usePaneState";
import { filled, HEARTS, smoothed } from "../logic/curve";
import type { Heart } from "../logic/heart";
import { AREA_UNITS, areasOf, shown } from "../logic/numbers";
import classes from "./AreaCurve.module.css";

const SMOOTH = 0.09; // of the shortest beat, as beats are looked for

type Props = { heart: Heart; pane: StackPane | null; instanceUid: string; unit: string };

/** The cavity's area by frame with the ends of its beats; it seeks where it is touched. */
export function AreaCurve({ heart, pane, instanceUid, unit }: Props) {
  const { target } = usePaneState(pane);
  const curve = useMemo(() => curveOfAreas(heart), [heart]);
  const last = heart.ventricles.length - 1;
  const isShown = pane?.info(target)?.instanceUid === instanceUid;
  const frame = isShown ? target : 0;
  const seek = (wanted: number) => pane?.scrollTo(wanted);
  const left = (at: number) => `${last > 0 ? (at / last) * 100 : 0}%`;
  const area = curve.values[frame] ?? null;
  return (
    <figure className={classes.figure}>
      <figcaption className={classes.caption}>
        <span>Area of the cavity</span>
        <span>
          frame {frame + 1}: {shown(area, 1)} {AREA_UNITS[unit] ?? unit}
        </span>
      </figcaption>
      <div className={classes.plot}>
        <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
          <path d={curve.raw} className={classes.raw} />
          <path d={curve.smooth} className={classes.smooth} />
        </svg>
        {isShown && <span className={classes.cursor} style={{ insetInlineStart: left(frame) }} />}
        <input
          type="range"
          className={classes.seek}
          min={1}
          max={last + 1}
          value={frame + 1}
          aria-label="Frame on the area curve"
          aria-valuetext={`Frame ${frame + 1} of ${last + 1}, ${shown(area, 1)} ${AREA_UNITS[unit] ?? unit}`}
          disabled={!isShown}
          onChange={(event) => seek(Number(event.currentTarget.value) - 1)}
        />
        {heart.beats.flatMap(({ endDiastole, endSystole }, n) => [
          <Tick key={`d${n}`} name="ED" label={`ED, end-diastole of beat ${n + 1}: frame ${endDiastole + 1}`} left={left(endDiastole)} isHere={isShown && frame === endDiastole} onSeek={() => seek(endDiastole)} />,
          <Tick key={`s${n}`} name="ES" label={`ES, end-systole of beat ${n + 1}: frame ${endSystole + 1}`} left={left(endSystole)} isHere={isShown && frame === endSystole} onSeek={() => seek(endSystole)} />,
        ])}
      </div>
      <div className={classes.ends} aria-hidden="true">
        <span>0</span>
        <span>{heart.timesMs ? `${shown((heart.timesMs.at(-1) ?? 0) / 1000, 1)} s` : `${last + 1} frames`}</span>
      </div>
    </figure>
  );
}

type TickProps = { name: "ED" | "ES"; label: string; left: string; isHere: boolean; onSeek: () => void };

function Tick({ name, label, left, isHere, onSeek }: TickProps) {
  return (
    <button
      type="button"
      className={classes.tick}
      data-end={name}
      style={{ insetInlineStart: left }}
      aria-label={label}
      aria-current={isHere || undefined}
      onClick={onSeek}
    >
      {name}
    </button>
  );
}

/** Both lines as SVG paths between 0 and 100; the area of each frame. */
function curveOfAreas(heart: Heart) {
  const values = areasOf(heart);
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return { values, raw: "", smooth: "" };
  const { shortestBeatMs, frameMs } = HEARTS[heart.species];
  const times = heart.timesMs ?? values.map((_, n) => n * frameMs);
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const y = (value: number) => 92 - (84 * (value - least)) / (most - least || 1);
  return {
    values,
    raw: pathOf(values, y),
    smooth: pathOf(smoothed(filled(values), times, SMOOTH * shortestBeatMs), y),
  };
}

/** A line with gaps where there is no value. */
function pathOf(values: readonly (number | null)[], y: (value: number) => number): string {
  let isOn = false;
  return values
    .map((value, n) => {
      const step = value === null ? "" : `${isOn ? "L" : "M"}${((100 * n) / (values.length - 1)).toFixed(2)} ${y(value).toFixed(2)}`;
      isOn = value !== null;
      return step;
    })
    .join("");
}
