import { Text } from "@mantine/core";
import { className } from "../logic/classes";
import { BOTH_PLANES, EJECTION_FRACTION, measured, type MeasurementData, type Note, type TraceData } from "../logic/heart";
import { shown } from "../logic/numbers";
import classes from "./Panel.module.css";

const VOLUMES = ["end_diastolic_volume", "end_systolic_volume"] as const;
const IN_THE_TABLE = new Set<string>([EJECTION_FRACTION, "ejection_fraction_range", ...VOLUMES]);
const UNITS: Readonly<Record<string, string>> = { cm2: "cm²", uL: "µL", "g/m2": "g/m²", "1/min": "/min", "1": "" };

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

type OthersProps = {
  rows: readonly MeasurementData[];
  /** The number above all others. */
  own: MeasurementData | undefined;
  /** Whether a table shows every beat. */
  hasTable: boolean;
};

/** What else was measured, and what could not be. */
export function OtherNumbers({ rows, own, hasTable }: OthersProps) {
  const others = rows.filter((row) => row.method !== BOTH_PLANES && row !== own && row.reason?.code !== "other_still" && !(hasTable && IN_THE_TABLE.has(row.name)));
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
            <dd>{row.value === null ? (row.reason?.text ?? "–") : [valueText(row), className(row.class).toLowerCase()].filter(Boolean).join(", ")}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

/** By discs of a four-chamber and a two-chamber clip together, where a study has both. */
export function BothPlanes({ machine, corrected }: { machine: readonly MeasurementData[]; corrected: readonly MeasurementData[] }) {
  const own = measured(corrected, EJECTION_FRACTION, BOTH_PLANES);
  const rows = own ? corrected : machine;
  const ef = measured(rows, EJECTION_FRACTION, BOTH_PLANES);
  if (ef?.value == null) return null;
  const volumes = VOLUMES.map((name) => measured(rows, name, BOTH_PLANES)).filter((row) => row !== undefined);
  return (
    <section className={classes.planes} aria-label="Both planes">
      <Text size="sm">
        With both planes: <strong>EF {valueText(ef)}</strong>
        {ef.class && `, ${className(ef.class).toLowerCase()}`}
        {own && ", as corrected"}
      </Text>
      <Text size="xs" c="dimmed">
        {[...volumes.map((row) => `${row.label} ${valueText(row)}`), ef.methodLabel].join("; ")}. This is what the case is found by.
      </Text>
    </section>
  );
}

/** Of two stills, where people drew in one of them: also beside the machine's numbers of the other. */
export function AfterCorrections({ ef }: { ef: MeasurementData | undefined }) {
  if (ef?.value == null) return null;
  return (
    <Text size="sm">
      As corrected: <strong>EF {valueText(ef)}</strong>
      {ef.class && `, ${className(ef.class).toLowerCase()}`}. This is what the case is found by.
    </Text>
  );
}

function valueText({ value, unit }: MeasurementData): string {
  return value === null ? "–" : `${shown(value, Math.abs(value) < 10 ? 1 : 0)} ${UNITS[unit] ?? unit}`.trim();
}

export function ModelLine({ modelId }: { modelId: string }) {
  return (
    <Text size="xs" c="dimmed" className={classes.model ?? ""}>
      {modelId && `Contours by ${modelId}. `}Research use, not for diagnosis.
    </Text>
  );
}
