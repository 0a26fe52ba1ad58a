import { Text, UnstyledButton } from "@mantine/core";
import { countText, dateText } from "../../ui/format";
import type { CaseData } from "./queries";
import classes from "./Rail.module.css";
import { Thumbnail } from "./Thumbnail";

type Entry = CaseData["timeline"][number];
type Props = { entries: readonly Entry[]; onOpen: (studyUid: string) => void };

/** The patient's studies, oldest first. */
export function Timeline({ entries, onOpen }: Props) {
  return (
    <section aria-labelledby="timeline-title" className={classes.section}>
      <h2 id="timeline-title" className={classes.heading}>
        Patient’s studies
      </h2>
      {entries.length < 2 ? (
        <Text size="xs" c="dimmed">
          No others in the archive.
        </Text>
      ) : (
        <ol className={classes.list} data-timeline>
          {entries.map((entry) => (
            <li key={entry.studyUid} className={classes.item}>
              <UnstyledButton
                className={classes.card}
                aria-current={entry.isThis ? "page" : undefined}
                onClick={() => !entry.isThis && onOpen(entry.studyUid)}
              >
                <Thumbnail path={entry.thumbnail} />
                <Text component="span" size="xs" fw={600}>
                  {dateText(entry.date ?? null) || "No date"}
                </Text>
                <Text component="span" size="xs" lineClamp={2}>
                  {entry.description || entry.modalities.join(", ")}
                </Text>
                <Text component="span" size="xs" c="dimmed">
                  {told(entry)}
                </Text>
              </UnstyledButton>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function told({ imageCount, reportDates }: Entry): string {
  const reports = reportDates.map((day) => dateText(day)).join(", ");
  return [countText(imageCount, "image"), reports && `report ${reports}`]
    .filter(Boolean)
    .join(" · ");
}
