import { type BeatNumbers, type Column, shown, summaryOf } from "../logic/numbers";
import classes from "./Panel.module.css";

type Props = {
  beats: readonly BeatNumbers[];
  unit: string;
  /** Without a scale there are no volumes. */
  isScaled: boolean;
  onSeek: (frame: number) => void;
};
type Head = { column: Column; label: string; long: string; unit: string };

/** Every beat, and what stands for all of them. */
export function BeatTable({ beats, unit, isScaled, onSeek }: Props) {
  const volume = isScaled ? (unit === "uL" ? "µL" : unit) : "";
  const heads: readonly Head[] = [
    { column: "ef", label: "EF", long: "Ejection fraction", unit: "%" },
    { column: "edv", label: "EDV", long: "End-diastolic volume", unit: volume },
    { column: "esv", label: "ESV", long: "End-systolic volume", unit: volume },
    { column: "rate", label: "Rate", long: "Heart rate", unit: "/min" },
  ];
  return (
    <table className={classes.table}>
      <caption className={classes.unseen}>Numbers of every beat</caption>
      <thead>
        <tr>
          <th scope="col">Beat</th>
          {heads.map((head) => (
            <th key={head.column} scope="col" abbr={head.label} title={head.long}>
              {head.label} {head.unit && <span className={classes.unit}>{head.unit}</span>}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {beats.map((row, n) => (
          <tr key={n}>
            <th scope="row">
              <button type="button" className={classes.seek} aria-label={`Beat ${n + 1}: show its end-diastole`} onClick={() => onSeek(row.beat.endDiastole)}>
                {n + 1}
              </button>
            </th>
            {heads.map(({ column }) => (
              <td key={column}>{shown(row[column])}</td>
            ))}
          </tr>
        ))}
      </tbody>
      {beats.length > 1 && (
        <tfoot>
          <tr>
            <th scope="row">Median</th>
            {heads.map(({ column }) => (
              <td key={column}>{shown(summaryOf(beats, column)?.median ?? null)}</td>
            ))}
          </tr>
          <tr>
            <th scope="row">Spread</th>
            {heads.map(({ column }) => (
              <td key={column}>{spread(beats, column)}</td>
            ))}
          </tr>
        </tfoot>
      )}
    </table>
  );
}

function spread(beats: readonly BeatNumbers[], column: Column): string {
  const found = summaryOf(beats, column);
  return found ? `${shown(found.least)}–${shown(found.most)}` : "–";
}
