import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type Term, termsQuery } from "./findings";

const SUGGEST_AFTER_MS = 150;

type Props = {
  /** What is chosen now; null for nothing yet. */
  term: Term | null;
  /** Words of the report, by which it is looked for at first. */
  words: string;
  onChange: (term: Term) => void;
};

/** Chooses a finding by words or by code. */
export function TermSelect({ term, words, onChange }: Props) {
  const [typed, setTyped] = useState("");
  const [settled] = useDebouncedValue(typed, SUGGEST_AFTER_MS);
  const own = term ? labelOf(term) : "";
  const asked = settled && settled !== own ? settled : words;
  const { data: found = [] } = useQuery(termsQuery(asked));
  const options = [...(term && !found.some((one) => keyOf(one) === keyOf(term)) ? [term] : []), ...found];
  return (
    <Select
      searchable
      required
      label="Finding or ICD-10-CM code"
      placeholder="Type words or a code"
      nothingFoundMessage="No finding is called this"
      data={options.map((one) => ({ value: keyOf(one), label: labelOf(one) }))}
      filter={({ options: all }) => all}
      value={term ? keyOf(term) : null}
      allowDeselect={false}
      searchValue={typed}
      onSearchChange={setTyped}
      onChange={(key) => {
        const chosen = options.find((one) => keyOf(one) === key);
        if (chosen) onChange(chosen);
      }}
    />
  );
}

function keyOf({ findingId, code }: Term): string {
  return `${code} ${findingId}`;
}

function labelOf({ findingId, code, description }: Term): string {
  const name = findingId.replaceAll("_", " ");
  return description.toLowerCase().includes(name) ? `${code} ${description}` : `${code} ${name}: ${description}`;
}
