import { Button, Pill } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { SearchInput } from "../../../gql/graphql";
import { facetsQuery, filtersQuery } from "../queries";
import { type ChangeConditions, type Condition, formatCondition, without } from "../state/conditions";
import classes from "./ActiveFilters.module.css";
import { conditionText } from "./conditionText";

type Props = {
  input: SearchInput;
  conditions: readonly Condition[];
  onChange: ChangeConditions;
  /** What the list is called; two may stand on one page. */
  label?: string;
};

/** The conditions that are in force, each with a way to drop it. */
export function ActiveFilters({ input, conditions, onChange, label = "Filters in force" }: Props) {
  const { data: filters = [] } = useQuery(filtersQuery);
  const { data: facets = [] } = useQuery(facetsQuery(input));
  if (conditions.length === 0) return null;
  return (
    <ul className={classes.chips} aria-label={label}>
      {conditions.map((condition) => {
        const text = conditionText(condition, filters, facets);
        return (
          <li key={formatCondition(condition)}>
            <Pill
              size="md"
              withRemoveButton
              removeButtonProps={{ "aria-label": `Remove ${text}`, "aria-hidden": false, tabIndex: 0 }}
              onRemove={() => onChange((now) => without(now, condition))}
            >
              {text}
            </Pill>
          </li>
        );
      })}
      <li>
        <Button variant="subtle" size="compact-sm" onClick={() => onChange(() => [])}>
          Clear all
        </Button>
      </li>
    </ul>
  );
}
