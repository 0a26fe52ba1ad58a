import { Button, Group, NativeSelect, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Assertion } from "../../../gql/graphql";
import { ErrorNotice } from "../../../ui/ErrorNotice";
import { type FindingData, type Term, termsQuery } from "./findings";
import { inContext, type Place, placesOf } from "./places";
import { TermSelect } from "./TermSelect";
import type { Said } from "./useCorrect";

const ASSERTIONS: readonly { value: Assertion; label: string }[] = [
  { value: "PRESENT", label: "Present: it is there" },
  { value: "ABSENT", label: "Absent: it is not there" },
  { value: "UNCERTAIN", label: "Uncertain: it may be there" },
  { value: "HISTORICAL", label: "Historical: it was there" },
  { value: "HYPOTHETICAL", label: "Hypothetical: it is thought of" },
  { value: "FAMILY", label: "Family: a relative has it" },
];

type Props = {
  /** The finding that is corrected; null to add one. */
  before: FindingData | null;
  /** Words that were selected for a new one. */
  place: Place | null;
  /** The report's whole text. */
  text: string;
  pending: boolean;
  error: Error | null;
  onSay: (said: Said) => void;
};

/** What a finding is and how the report speaks of it. */
export function FindingForm({ before, place: selected, text, pending, error, onSay }: Props) {
  const start = before ?? selected;
  const [words, setWords] = useState(start?.text ?? "");
  const [place, setPlace] = useState<Place | null>(start);
  const [chosen, setChosen] = useState<Term | null>(before);
  const [assertion, setAssertion] = useState<Assertion>(before?.assertion ?? "PRESENT");
  const [comment, setComment] = useState("");
  const { data: named = [] } = useQuery(termsQuery(place?.text ?? ""));
  const term = chosen ?? named.find((one) => one.named) ?? null; // the words most often say what they are
  const places = placesOf(words, text);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (place && term) onSay({ before, after: { place, term, assertion }, comment });
      }}
    >
      <Stack gap="sm">
        {!start && (
          <WordsInput
            words={words}
            places={places}
            text={text}
            place={place}
            onPlace={setPlace}
            onWords={(next) => {
              setWords(next);
              setPlace(placesOf(next, text)[0] ?? null);
            }}
          />
        )}
        {start && (
          <Text size="sm">
            In the report: <strong>{inContext(start, text)}</strong>
          </Text>
        )}
        <TermSelect term={term} words={place?.text ?? ""} onChange={setChosen} />
        <NativeSelect
          data-autofocus
          label="How the report speaks of it"
          data={ASSERTIONS.map(({ value, label }) => ({ value, label }))}
          value={assertion}
          onChange={(event) => setAssertion(event.currentTarget.value as Assertion)}
        />
        <Textarea
          label="Comment"
          description="Not needed. It is kept with your name and the time."
          maxLength={2000}
          autosize
          minRows={1}
          value={comment}
          onChange={(event) => setComment(event.currentTarget.value)}
        />
        {error && <ErrorNotice error={error} advice="Nothing was changed. Read the case again and repeat." />}
        <Group justify="space-between">
          {before ? (
            <Button
              variant="default"
              disabled={pending}
              onClick={() => onSay({ before, after: null, comment })}
            >
              Remove: there is no such finding
            </Button>
          ) : (
            <span />
          )}
          <Button type="submit" loading={pending} disabled={!place || !term}>
            {before ? "Save the correction" : "Add the finding"}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

type WordsProps = {
  words: string;
  places: readonly Place[];
  text: string;
  place: Place | null;
  onWords: (words: string) => void;
  onPlace: (place: Place) => void;
};

/** For those who select without a mouse: the words are typed, and looked for in the report. */
function WordsInput({ words, places, text, place, onWords, onPlace }: WordsProps) {
  return (
    <>
      <TextInput
        data-autofocus
        label="Words of the report"
        description="Or close this, select them in the report, and press the button again."
        required
        value={words}
        error={words.trim() && places.length === 0 ? "The report does not have these words." : null}
        onChange={(event) => onWords(event.currentTarget.value)}
      />
      {places.length > 1 && (
        <NativeSelect
          label="Which of them"
          data={places.map((one) => ({ value: String(one.begin), label: inContext(one, text) }))}
          value={String(place?.begin ?? "")}
          onChange={(event) => {
            const found = places.find((one) => String(one.begin) === event.currentTarget.value);
            if (found) onPlace(found);
          }}
        />
      )}
    </>
  );
}
