import { Text } from "@mantine/core";
import { EJECTION_FRACTION, type MeasurementData, type Note, type TraceData } from "../logic/heart";
import { shown } from "../logic/numbers";
import classes from "./Panel.module.css";

const IN_THE_TABLE = new Set([EJECTION_FRACTION, "ejection_fraction_range", "end_diastolic_volume", "end_systolic_volume"]);
const UNITS: Readonly<Record<string, string>> = { cm2: "cm²", uL: "µL", "1/min": "/min", "1": "" };

/** Where the millilitres come from, or why there are none. */
export function ScaleLine({ trace }: { trace: TraceData | null }) {
  if (!trace) return null;
  const { pixelSize, pixelSizeReason } = trace;
  return (
    <Text size="xs" c="dimmed">
      {pixelSize
        ? `Calibrated: a pixel is ${pixelSize.xMm.toPrecision(3)} × ${pixelSize.yMm.toPrecision(3)} mm.`
        : `No millilitres: ${pixelSizeReason?.text ?? "the picture is not calibrated."} EF needs none.`}
    </Text>
  );
}

/** What is to be known of the number. */
export function Caveats({ notes }: { notes: readonly Note[] }) {
  if (notes.length === 0) return null;
  return (
    <ul className={classes.notes} aria-label="What is to be known of these numbers">
      {notes.map(({ code, text }) => (
        <li key={code}>{text.slice(0, 1).toUpperCase() + text.slice(1)}</li>
      ))}
    </ul>
  );
}

/** What else was measured, and what could not be. */
export function OtherNumbers({ rows }: { rows: readonly MeasurementData[] }) {
  const others = rows.filter(({ name }) => !IN_THE_TABLE.has(name));
  if (others.length === 0) return null;
  return (
    <details className={classes.others}>
      <summary>Other measurements ({others.length})</summary>
      <dl>
        {others.map((row) => (
          <div key={`${row.name} ${row.method}`}>
            <dt>
              {row.label}
              <span className={classes.method}> {row.methodLabel}</span>
            </dt>
            <dd>{row.value === null ? (row.reason?.text ?? "–") : `${shown(row.value, row.value < 10 ? 1 : 0)} ${UNITS[row.unit] ?? row.unit}`}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

export function ModelLine({ modelId }: { modelId: string }) {
  return (
    <Text size="xs" c="dimmed" className={classes.model ?? ""}>
      {modelId && `Contours by ${modelId}. `}Research use, not for diagnosis.
    </Text>
  );
}
