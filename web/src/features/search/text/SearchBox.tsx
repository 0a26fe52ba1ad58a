import { Autocomplete, Kbd } from "@mantine/core";
import { useDebouncedCallback, useDebouncedValue } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { suggestionsQuery } from "../queries";
import type { UpdateSearch } from "../state/useSearchState";
import classes from "./SearchBox.module.css";
import { useDraft } from "./useDraft";

const SUGGEST_AFTER_MS = 120;
const SEARCH_AFTER_MS = 450;

type Props = { text: string; update: UpdateSearch };

/** Words that the report or labels must hold. Searches by itself soon after typing pauses. */
export function SearchBox({ text, update }: Props) {
  const [draft, setDraft, markSent] = useDraft(text);
  const isFirstOfEdit = useRef(true);
  const completions = useCompletions(draft);

  const search = (value: string) => {
    const words = value.trim();
    if (words === text) return;
    markSent(words);
    // One edit is one step of the back button, however often it searched on the way.
    update({ text: words }, { replace: !isFirstOfEdit.current });
    isFirstOfEdit.current = false;
  };
  const searchSoon = useDebouncedCallback(search, SEARCH_AFTER_MS);

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
      data={completions}
      filter={({ options }) => options}
      autoComplete="off"
      spellCheck={false}
      onFocus={() => {
        isFirstOfEdit.current = true;
      }}
      onChange={(value) => {
        setDraft(value);
        searchSoon(value);
      }}
      onOptionSubmit={search}
      onKeyDown={(event) => {
        if (event.key === "Enter" && !event.nativeEvent.isComposing) search(event.currentTarget.value);
      }}
    />
  );
}

function useCompletions(draft: string): string[] {
  const [settled] = useDebouncedValue(draft, SUGGEST_AFTER_MS);
  const { data } = useQuery({ ...suggestionsQuery(settled), enabled: settled.trim().length > 1 });
  if (settled.trim().length <= 1) return [];
  return [...new Set((data ?? []).map(({ completed }) => completed))];
}
