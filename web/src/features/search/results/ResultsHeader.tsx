import { ActionIcon, Button, NativeSelect, SegmentedControl, Switch, Text, Title, Tooltip } from "@mantine/core";
import { IconChartBar, IconLayoutGrid, IconList } from "@tabler/icons-react";
import { Link } from "react-router";
import { type Group, type SearchInput } from "../../../gql/graphql";
import { countText } from "../../../ui/format";
import type { SearchPageData } from "../queries";
import { formatState, hasPicture, isAsked, type SearchState, type Sort, SORTS } from "../state/searchState";
import type { UpdateSearch } from "../state/useSearchState";
import { ExportMenu } from "./ExportMenu";
import classes from "./Results.module.css";

const GROUPS: { value: Group; label: string }[] = [
  { value: "SERIES", label: "Series" },
  { value: "CASE", label: "Cases" },
  { value: "INSTANCE", label: "Images" },
];
const ONE: Record<Group, [string, string]> = {
  SERIES: ["series", "series"],
  CASE: ["case", "cases"],
  INSTANCE: ["image", "images"],
};

const ORDERS: Record<Sort, string> = {
  "": "Usual order",
  ef: "EF, lowest first",
  "-ef": "EF, highest first",
  "-date": "Newest first",
  date: "Oldest first",
};

type Props = {
  state: SearchState;
  input: SearchInput;
  answer: SearchPageData;
  update: UpdateSearch;
  /** The answer is that of the search before; the new one is on its way. */
  isOlder: boolean;
};

export function ResultsHeader({ state, input, answer, update, isOlder }: Props) {
  const [one, many] = ONE[state.group];
  return (
    <>
      <div className={classes.header}>
        <Title order={2} size="h4">
          <span role="status">
            {isOlder ? "Searching…" : countText(answer.totalCount, one, many)}
            {!isOlder && !isAsked(state) && " in the archive"}
          </span>
        </Title>
        <div className={classes.controls}>
          <Button
            component={Link}
            to={`/analytics?${formatState(state).toString()}`}
            size="xs"
            variant="default"
            leftSection={<IconChartBar size={16} aria-hidden="true" />}
          >
            Analyse these results
          </Button>
          <SegmentedControl
            size="xs"
            aria-label="One hit for each"
            data={GROUPS}
            value={state.group}
            onChange={(group) => update({ group })}
          />
          {!hasPicture(state) && (
            <NativeSelect
              size="xs"
              aria-label="Order of the hits"
              data={SORTS.map((value) => ({ value, label: ORDERS[value] }))}
              value={state.sort}
              onChange={({ currentTarget: { value } }) => update({ sort: SORTS.find((one) => one === value) ?? "" })}
            />
          )}
          <ViewToggle state={state} update={update} />
          <ExportMenu input={input} disabled={answer.totalCount === 0} />
        </div>
      </div>
      {isAsked(state) && (
        <Text size="xs" c="dimmed">
          {answer.scoring}
        </Text>
      )}
      {hasPicture(state) && <PatientSwitch state={state} answer={answer} update={update} />}
    </>
  );
}

function ViewToggle({ state, update }: Pick<Props, "state" | "update">) {
  const other = state.view === "grid" ? "list" : "grid";
  return (
    <Tooltip label={`Show as a ${other}`}>
      <ActionIcon
        variant="default"
        size={32}
        aria-label={`Show as a ${other}`}
        onClick={() => update({ view: other }, { replace: true })}
      >
        {other === "list" ? <IconList size={18} /> : <IconLayoutGrid size={18} />}
      </ActionIcon>
    </Tooltip>
  );
}

function PatientSwitch({ state, answer, update }: Pick<Props, "state" | "answer" | "update">) {
  const isLeftOut = state.exclude === "PATIENT";
  const cases = answer.excluded?.what === "PATIENT" ? answer.excluded.cases : null;
  return (
    <Switch
      size="sm"
      checked={isLeftOut}
      label={
        isLeftOut && cases
          ? `The same patient’s ${countText(cases, "case")} ${cases === 1 ? "is" : "are"} left out`
          : "Leave out the same patient’s cases"
      }
      onChange={(event) => update({ exclude: event.currentTarget.checked ? "PATIENT" : "SELF" })}
    />
  );
}
