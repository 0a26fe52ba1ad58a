import { Text } from "@mantine/core";
import { className, classOf, classTone } from "../logic/classes";
import type { MeasurementData, Note, ThresholdSetData } from "../logic/heart";
import { type BeatNumbers, shown, summaryOf } from "../logic/numbers";
import classes from "./Panel.module.css";

type Props = {
  beats: readonly BeatNumbers[];
  /** The server's own; null while someone draws. */
  told: MeasurementData | null | undefined;
  limits: ThresholdSetData | undefined;
  all: readonly ThresholdSetData[];
  isDraft: boolean;
  reason: Note | null;
};

/** The ejection fraction, its spread over the beats and its class; or why there is none. */
export function Headline({ beats, told, limits, all, isDraft, reason }: Props) {
  const summary = summaryOf(beats, "ef");
  const value = told ? told.value : (summary?.median ?? null);
  if (value === null) return <NoNumber reason={reason?.text ?? told?.reason?.text ?? "There is no value."} />;
  const name = limits ? classOf(value, limits) : "";
  return (
    <div>
      <div className={classes.headline}>
        <span className={classes.label}>EF</span>
        <output className={classes.value} aria-label="Ejection fraction">
          {shown(value)} %
        </output>
        {limits && (
          <span className={classes.chip} data-tone={classTone(name)}>
            {name ? className(name) : "No class"}
          </span>
        )}
        {isDraft && <span className={classes.draft}>not saved</span>}
      </div>
      <Text size="sm">{summary ? spreadText(summary) : (told?.methodLabel ?? "")}</Text>
      {limits && (
        <Text size="xs" c="dimmed">
          {limits.reason ? `${limits.title}: ${limits.reason}` : `Class by ${limits.title}.`} {otherClasses(value, limits, all)}
        </Text>
      )}
    </div>
  );
}

function NoNumber({ reason }: { reason: string }) {
  return (
    <div>
      <Text fw={600}>No ejection fraction</Text>
      <Text size="sm">{reason}</Text>
    </div>
  );
}

function spreadText({ least, most, count }: { least: number; most: number; count: number }): string {
  if (count === 1) return "Of one beat.";
  return `Median of ${count} beats, from ${shown(least)} to ${shown(most)} %.`;
}

/** "usal_echo: grey zone; ASE 2005: mildly abnormal." */
function otherClasses(value: number, limits: ThresholdSetData, all: readonly ThresholdSetData[]): string {
  const others = all
    .filter(({ name }) => name !== limits.name)
    .map((one) => `${one.title}: ${className(classOf(value, one)).toLowerCase() || "no class"}`);
  return others.length > 0 ? `${others.join("; ")}.` : "";
}
