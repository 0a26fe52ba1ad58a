import { Button, SegmentedControl, Text } from "@mantine/core";
import { Link } from "react-router";
import type { FindingLevel } from "../../../gql/graphql";
import { assertionOf, SPOKEN } from "../logic/assertions";
import { whole } from "../logic/numbers";
import type { FindingRow } from "../queries";
import { keyText, levelOf } from "../state/levels";
import { findingMark } from "../state/narrow";
import { atLevel, rollUp } from "../state/view";
import { casesLink, useAnalysis } from "../ui/context";
import classes from "./Levels.module.css";

const LEVELS: { value: FindingLevel; label: string }[] = [
  { value: "CHAPTER", label: "Chapters" },
  { value: "BLOCK", label: "Blocks" },
  { value: "CATEGORY", label: "Categories" },
  { value: "CODE", label: "Codes" },
  { value: "FINDING", label: "Names" },
];
const ASSERTIONS = SPOKEN.map((said) => ({ value: assertionOf(said), label: said }));

type Props = { focus: FindingRow | null };

/** How finely findings are told apart, which of them are looked into, and what counts: for all charts. */
export function Levels({ focus }: Props) {
  const { view, look } = useAnalysis();
  return (
    <div className={classes.levels}>
      <div className={classes.controls}>
        <Text size="xs" c="dimmed" aria-hidden="true">
          All charts by
        </Text>
        <SegmentedControl size="xs" aria-label="Findings are told apart by" data={LEVELS} value={view.by} onChange={(by) => look((now) => atLevel(now, by))} />
        <Text size="xs" c="dimmed" aria-hidden="true">
          counting what is
        </Text>
        <SegmentedControl size="xs" aria-label="What is counted" data={ASSERTIONS} value={view.assertion} onChange={(assertion) => look((now) => ({ ...now, assertion }))} />
      </div>
      {view.path.length > 0 && <Path focus={focus} />}
    </div>
  );
}

/** The way down to what is looked into, and back up. */
function Path({ focus }: Props) {
  const analysis = useAnalysis();
  const { view, look, filter } = analysis;
  const last = view.path.at(-1) ?? "";
  const level = levelOf(last);
  const mark = findingMark(level, last, view.assertion);
  return (
    <nav aria-label="Looked into" className={classes.path}>
      <ol className={classes.crumbs}>
        <li>
          <button type="button" className={classes.crumb} onClick={() => look((now) => rollUp(now, 0))}>
            All
          </button>
        </li>
        {view.path.map((key, place) => (
          <li key={key} aria-current={place === view.path.length - 1 ? "location" : undefined}>
            {place === view.path.length - 1 ? (
              <strong>
                {keyText(key)} {focus?.key === key ? focus.description : ""}
              </strong>
            ) : (
              <button type="button" className={classes.crumb} onClick={() => look((now) => rollUp(now, place + 1))}>
                {keyText(key)}
              </button>
            )}
          </li>
        ))}
      </ol>
      {focus && (
        <Text size="sm" c="dimmed">
          {whole(focus.present)} present, {whole(focus.absent)} absent, {whole(focus.uncertain)} uncertain, {whole(focus.historical)} historical
        </Text>
      )}
      <Button size="compact-sm" variant="default" onClick={() => filter([mark])} aria-label={`Only these cases: ${view.assertion.toLowerCase()} ${keyText(last)}`}>
        Only these cases
      </Button>
      <Button size="compact-sm" variant="default" component={Link} to={casesLink(analysis, [mark])}>
        Open them
      </Button>
    </nav>
  );
}
