import { Button, Code, Text, Title } from "@mantine/core";
import { useQueries, useQuery } from "@tanstack/react-query";
import { conditionText } from "../facets/conditionText";
import { facetsQuery, filtersQuery, totalQuery } from "../queries";
import { type SearchState, toInput } from "../state/searchState";
import type { UpdateSearch } from "../state/useSearchState";
import classes from "./Results.module.css";
import { relaxations } from "./relaxations";

export function EmptyArchive() {
  return (
    <div className={classes.empty}>
      <Title order={3} size="h5">
        The archive is empty
      </Title>
      <Text size="sm" c="dimmed">
        Add files with the arrow beside “Search with a file”, drop them here, or run{" "}
        <Code>similis ingest</Code> on a folder.
      </Text>
    </div>
  );
}

type Props = { state: SearchState; update: UpdateSearch };

/** No hits: which of the things asked for to drop, and what each would show. */
export function NothingAlike({ state, update }: Props) {
  const { data: filters = [] } = useQuery(filtersQuery);
  const { data: facets = [] } = useQuery(facetsQuery(toInput(state)));
  const options = relaxations(state, (condition) => conditionText(condition, filters, facets));
  const totals = useQueries({ queries: options.map(({ relaxed }) => totalQuery(toInput(relaxed))) });
  return (
    <div className={classes.empty}>
      <Title order={3} size="h5">
        Nothing matches all of this
      </Title>
      {options.map(({ label, relaxed }, place) => {
        const total = totals[place]?.data;
        return (
          <Button key={label} size="xs" variant="default" disabled={total === 0} onClick={() => update(() => relaxed)}>
            Without {label}
            {total === undefined ? "" : `: ${total.toLocaleString("en")}`}
          </Button>
        );
      })}
      <Text size="sm" c="dimmed">
        Words are searched in reports and labels: try fewer, or a beginning such as <Code>effus*</Code>.
      </Text>
    </div>
  );
}
