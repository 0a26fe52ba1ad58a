import { Autocomplete, Kbd } from "@mantine/core";
import { useDebouncedCallback, useDebouncedValue } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { findingSuggestionsQuery, suggestionsQuery } from "../queries";
import type { UpdateSearch } from "../state/useSearchState";
import classes from "./SearchBox.module.css";
import { findingOf, type Finding, optionsOf, withFinding, withoutNamed } from "./suggested";
import { useDraft } from "./useDraft";

const SUGGEST_AFTER_MS = 120;
const SEARCH_AFTER_MS = 450;

type Props = { text: string; update: UpdateSearch };

/** Words that the report or labels must hold. Searches by itself soon after typing pauses. */
export function SearchBox({ text, update }: Props) {
  const [draft, setDraft, markSent] = useDraft(text);
  const isFirstOfEdit = useRef(true);
  const { findings, options } = useSuggestions(draft);
  const chosen = useRef<Finding | null>(null);

  const search = (value: string) => {
    const words = value.trim();
    if (words === text) return;
    markSent(words);
    // One edit is one step of the back button, however often it searched on the way.
    update({ text: words }, { replace: !isFirstOfEdit.current });
    isFirstOfEdit.current = false;
  };
  const searchSoon = useDebouncedCallback(search, SEARCH_AFTER_MS);

  /** A finding becomes a filter in the place of the words that named it. */
  const ask = (finding: Finding) => {
    const words = withoutNamed(draft, finding);
    searchSoon.cancel();
    setDraft(words);
    markSent(words);
    update((now) => ({ ...now, text: words, conditions: withFinding(now.conditions, finding) }));
  };
  const submit = (option: string) => {
    chosen.current = findingOf(option, findings);
    if (!chosen.current) search(option);
  };

  return (
    <Autocomplete
      id="search-text"
      className={classes.box ?? ""}
      size="md"
      aria-label="Words of reports and labels"
      placeholder="Words of reports and labels"
      leftSection={<IconSearch size={18} aria-hidden="true" />}
      {...(draft ? {} : { rightSection: <Kbd aria-hidden="true">/</Kbd> })}
      clearable
      clearButtonProps={{ "aria-label": "Clear the words" }}
      value={draft}
      data={options}
      maxDropdownHeight="min(34rem, 65dvh)"
      filter={({ options: all }) => all}
      autoComplete="off"
      spellCheck={false}
      onFocus={() => {
        isFirstOfEdit.current = true;
      }}
      onChange={(value) => {
        const finding = chosen.current; // the box then wants to show the label of the option
        chosen.current = null;
        if (finding) {
          ask(finding);
          return;
        }
        setDraft(value);
        searchSoon(value);
      }}
      onOptionSubmit={submit}
      onKeyDown={(event) => {
        if (event.key === "Enter" && !event.nativeEvent.isComposing) search(event.currentTarget.value);
      }}
    />
  );
}

function useSuggestions(draft: string) {
  const [settled] = useDebouncedValue(draft, SUGGEST_AFTER_MS);
  const enabled = settled.trim().length > 1;
  const { data: words = [] } = useQuery({ ...suggestionsQuery(settled), enabled });
  const { data: findings = [] } = useQuery({ ...findingSuggestionsQuery(settled), enabled });
  return enabled ? { findings, options: optionsOf(findings, words) } : { findings: [], options: [] };
}
