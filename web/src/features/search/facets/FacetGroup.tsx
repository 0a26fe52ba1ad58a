import { Button, Checkbox, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { type ChangeConditions, type Condition, hasValue, isRanged, rangeOf, setRange, toggleValue } from "../state/conditions";
import classes from "./FacetPanel.module.css";
import { type Facet, type FacetValue, hiddenCount, isSearchable, shownValues } from "./facetLogic";
import { RangeInputs } from "./RangeInputs";

type Props = {
  facet: Facet;
  conditions: readonly Condition[];
  onChange: ChangeConditions;
};

export function FacetGroup({ facet, conditions, onChange }: Props) {
  const [needle, setNeedle] = useState("");
  const [all, setAll] = useState(false);
  const shown = shownValues(facet, conditions, { needle, all });
  const hidden = hiddenCount(facet, shown);
  const largest = Math.max(1, ...facet.values.map(({ count }) => count));
  return (
    <fieldset className={classes.group}>
      <legend className={classes.legend}>{facet.label}</legend>
      {isRanged(facet.name) && (
        <RangeInputs
          label={facet.label}
          kind={facet.kind}
          range={rangeOf(conditions, facet.name)}
          onChange={(from, to) => onChange((now) => setRange(now, facet.name, from, to))}
        />
      )}
      {isSearchable(facet) && (
        <TextInput
          size="xs"
          aria-label={`Find in ${facet.label}`}
          placeholder="Find"
          value={needle}
          onChange={(event) => setNeedle(event.currentTarget.value)}
        />
      )}
      {shown.map((value) => (
        <ValueRow
          key={value.value}
          value={value}
          part={value.count / largest}
          checked={hasValue(conditions, facet.name, value.value)}
          onToggle={() => onChange((now) => toggleValue(now, facet.name, value.value))}
        />
      ))}
      {shown.length === 0 && (
        <Text size="xs" c="dimmed">
          {needle ? "No value like this." : "No case has a value here."}
        </Text>
      )}
      {!needle && (hidden > 0 || all) && facet.values.length > 0 && (
        <ShowAll label={facet.label} all={all} hidden={hidden} onToggle={() => setAll(!all)} />
      )}
      {all && facet.more > 0 && (
        <Text size="xs" c="dimmed">
          {facet.more.toLocaleString("en")} rarer ones are not listed.
        </Text>
      )}
    </fieldset>
  );
}

type RowProps = { value: FacetValue; part: number; checked: boolean; onToggle: () => void };

function ValueRow({ value, part, checked, onToggle }: RowProps) {
  return (
    <div className={classes.value}>
      <span className={classes.bar} style={{ inlineSize: `${part * 100}%` }} aria-hidden="true" />
      <Checkbox
        size="xs"
        checked={checked}
        onChange={onToggle}
        classNames={{ root: classes.check ?? "", label: classes.label ?? "", body: classes.body ?? "" }}
        label={
          <>
            <span className={classes.name} title={value.label}>
              {value.label}
            </span>{" "}
            <span className={classes.count}>
              {value.count.toLocaleString("en")}
              <span className={classes.unseen}> {value.count === 1 ? "case" : "cases"}</span>
            </span>
          </>
        }
      />
    </div>
  );
}

type ShowAllProps = { label: string; all: boolean; hidden: number; onToggle: () => void };

function ShowAll({ label, all, hidden, onToggle }: ShowAllProps) {
  return (
    <Button
      variant="subtle"
      size="compact-xs"
      className={classes.more ?? ""}
      aria-expanded={all}
      onClick={onToggle}
    >
      {all ? "Show fewer" : `Show ${hidden.toLocaleString("en")} more`}
      <span className={classes.unseen}> of {label}</span>
    </Button>
  );
}
