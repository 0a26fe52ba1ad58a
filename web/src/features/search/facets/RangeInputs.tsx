import { TextInput } from "@mantine/core";
import { type SubmitEvent, useState } from "react";
import type { FilterKind } from "../../../gql/graphql";
import classes from "./FacetPanel.module.css";
import { isBound } from "./bounds";

type Range = { from: string; to: string };
type Props = {
  label: string;
  kind: FilterKind;
  range: Range;
  onChange: (from: string, to: string) => void;
};

/** From and to, both included. Takes effect on Enter or when the field is left. */
export function RangeInputs({ label, kind, range, onChange }: Props) {
  const [draft, setDraft] = useState(range);
  const [seen, setSeen] = useState(range);
  if (seen.from !== range.from || seen.to !== range.to) {
    setSeen(range);
    setDraft(range);
  }
  const apply = () => {
    const from = draft.from.trim();
    const to = draft.to.trim();
    const changed = from !== range.from || to !== range.to;
    if (changed && isBound(kind, from) && isBound(kind, to)) onChange(from, to);
  };
  const field = (end: keyof Range) => ({
    size: "xs" as const,
    value: draft[end],
    error: isBound(kind, draft[end].trim()) ? null : hintOf(kind),
    inputMode: kind === "NUMBER" ? ("decimal" as const) : ("numeric" as const),
    onChange: (event: { currentTarget: HTMLInputElement }) =>
      setDraft({ ...draft, [end]: event.currentTarget.value }),
    onBlur: apply,
  });
  return (
    <form
      className={classes.range}
      onSubmit={(event: SubmitEvent) => {
        event.preventDefault();
        apply();
      }}
    >
      <TextInput aria-label={`${label} from`} placeholder={kind === "DATE" ? "from 2019-05" : "from"} {...field("from")} />
      <TextInput aria-label={`${label} to`} placeholder={kind === "DATE" ? "to 2021" : "to"} {...field("to")} />
      <button type="submit" className={classes.unseen} tabIndex={-1}>
        Apply {label}
      </button>
    </form>
  );
}

function hintOf(kind: FilterKind): string {
  return kind === "DATE" ? "A year, month or day: 2019-05" : "A number";
}
