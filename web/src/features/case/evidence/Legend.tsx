import { Text } from "@mantine/core";
import type { Assertion } from "../../../gql/graphql";
import classes from "./Evidence.module.css";
import { type FindingData, PERSON } from "./findings";

const ORDER: readonly Assertion[] = ["PRESENT", "ABSENT", "UNCERTAIN", "HISTORICAL", "HYPOTHETICAL", "FAMILY"];

/** What the lines under the words mean; only those that occur. */
export function Legend({ findings }: { findings: readonly FindingData[] }) {
  const shown = ORDER.filter((one) => findings.some(({ assertion }) => assertion === one));
  if (shown.length === 0) return null;
  const taggers = [...new Set(findings.map(({ taggerId }) => taggerId))].filter((one) => one !== PERSON);
  const hasPeople = findings.some(({ taggerId }) => taggerId === PERSON);
  return (
    <div className={classes.legend}>
      <ul className={classes.lines} aria-label="What the lines under the words mean">
        {shown.map((assertion) => (
          <li key={assertion}>
            <span className={classes.finding} data-assertion={assertion}>
              {assertion.toLowerCase()}
            </span>
          </li>
        ))}
      </ul>
      <Text size="xs" c="dimmed">
        {taggers.length > 0 && `Found by ${taggers.join(", ")}. `}
        {hasPeople && "✎ said by a person. "}Not for diagnosis.
      </Text>
    </div>
  );
}
