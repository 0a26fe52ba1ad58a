import { Text, UnstyledButton } from "@mantine/core";
import { countText } from "../../ui/format";
import classes from "./Rail.module.css";
import type { DisplaySet } from "./displaySets";
import { Thumbnail } from "./Thumbnail";

type Props = {
  sets: readonly DisplaySet[];
  chosen: DisplaySet | undefined;
  onPick: (set: DisplaySet) => void;
};

/** The series of this study, cines apart. */
export function SeriesStrip({ sets, chosen, onPick }: Props) {
  if (sets.length === 0) return null;
  return (
    <section aria-labelledby="series-title" className={classes.section}>
      <h2 id="series-title" className={classes.heading}>
        Series
      </h2>
      <ul className={classes.list}>
        {sets.map((set) => (
          <li key={set.key} className={classes.item}>
            <UnstyledButton
              className={classes.card}
              aria-current={set.key === chosen?.key ? "true" : undefined}
              onClick={() => onPick(set)}
            >
              <Thumbnail path={set.thumbnail} />
              <Text component="span" size="xs" lineClamp={2}>
                {set.label}
              </Text>
              <Text component="span" size="xs" c="dimmed">
                {countText(set.images, "image")}
              </Text>
            </UnstyledButton>
          </li>
        ))}
      </ul>
    </section>
  );
}
