import { Text } from "@mantine/core";
import type { Heart, TraceData } from "../logic/heart";
import { areaText, shown, sizesOf } from "../logic/numbers";
import type { Method } from "../logic/ventricle";
import classes from "./Panel.module.css";

const UNITS: Readonly<Record<string, string>> = { uL: "µL" };

type Props = { heart: Heart; trace: TraceData | null; method: Method; isDraft: boolean };

/** How large the cavity is in a single picture; it follows the hand that draws. */
export function StillSizes({ heart, trace, method, isDraft }: Props) {
  const sizes = sizesOf(heart, 0, method);
  if (!sizes) return null;
  const unit = trace?.volumeUnit ?? "";
  const parts = [
    areaText(heart, trace?.areaUnit ?? ""),
    sizes.lengthMm !== null && `long axis ${shown(sizes.lengthMm)} mm`,
    sizes.volume !== null && `volume ${shown(sizes.volume, sizes.volume < 10 ? 1 : 0)} ${UNITS[unit] ?? unit}`,
  ].filter(Boolean);
  return (
    <section aria-label="This picture">
      <Text size="sm">
        In this picture: <output>{parts.join(", ")}</output>.{isDraft && <span className={classes.draft}> not saved</span>}
      </Text>
      {isDraft && (
        <Text size="xs" c="dimmed">
          What it makes of the beat is worked out when it is saved.
        </Text>
      )}
    </section>
  );
}
