import { Button, Group, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { aboutQuery } from "../../../api/about";
import { ErrorNotice } from "../../../ui/ErrorNotice";
import { momentText } from "../../../ui/format";
import classes from "./Evidence.module.css";
import type { CorrectionData, FindingData } from "./findings";
import { useCorrect } from "./useCorrect";

type Props = {
  studyUid: string;
  corrections: readonly CorrectionData[];
  /** Report id to the version that is current. */
  versions: ReadonlyMap<string, number>;
};

/** Everything that people said of the findings, who and when; one's own can be undone. */
export function Corrections({ studyUid, corrections, versions }: Props) {
  const { data } = useQuery(aboutQuery);
  const { takeBack } = useCorrect(studyUid);
  if (corrections.length === 0) return null;
  return (
    <section className={classes.corrections} aria-label="Corrections of findings">
      <Title order={2} size="sm">
        Corrections
      </Title>
      <Text size="xs" c="dimmed">
        The tagger’s own findings stay beside them. Searches and counts take corrections in when asked to.
      </Text>
      {takeBack.error && <ErrorNotice error={takeBack.error} advice="Nothing was changed. Try again." />}
      <ul>
        {corrections.map((one) => (
          <li key={one.annotationId} data-in-force={one.inForce}>
            <Group justify="space-between" wrap="nowrap" align="start" gap="xs">
              <div>
                <Text size="sm" {...(one.withdrawnAt && { td: "line-through" })}>
                  {whatWasSaid(one)}
                </Text>
                {one.comment && <Text size="sm">{one.comment}</Text>}
                <Text size="xs" c="dimmed">
                  {one.author}, {momentText(one.at)}
                  {one.withdrawnAt && `; undone ${momentText(one.withdrawnAt)}`}
                </Text>
                {!one.inForce && !one.withdrawnAt && (
                  <Text size="xs" c="var(--similis-warning)">
                    Made in version {one.reportVersion} of the report, which is now version {versions.get(one.reportId) ?? "unknown"}: it
                    does not count any more.
                  </Text>
                )}
              </div>
              {!one.withdrawnAt && one.author === data?.me.name && (
                <Button
                  size="compact-xs"
                  variant="default"
                  className={classes.undo ?? ""}
                  aria-label={`Undo: ${whatWasSaid(one)}`}
                  loading={takeBack.isPending && takeBack.variables === one.annotationId}
                  onClick={() => takeBack.mutate(one.annotationId)}
                >
                  Undo
                </Button>
              )}
            </Group>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** One sentence for what was said. */
export function whatWasSaid({ before, after }: CorrectionData): string {
  if (!before) return after ? `Added “${after.text}”: ${told(after)}` : "";
  if (!after) return `Removed “${before.text}”: ${told(before)}`;
  const isSame = before.code === after.code;
  return `Corrected “${before.text}”: ${told(before)} → ${isSame ? after.assertion.toLowerCase() : told(after)}`;
}

function told({ code, description, assertion }: FindingData): string {
  return `${code} ${description}, ${assertion.toLowerCase()}`;
}
