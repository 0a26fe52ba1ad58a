import { Button, Pill, Select, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { ActiveFilters } from "../../search/facets/ActiveFilters";
import { CorrectionsSwitch } from "../../search/facets/CorrectionsSwitch";
import { likeQuery, queryFileQuery } from "../../search/queries";
import { understood } from "../../search/query/understood";
import { Thumbnail } from "../../search/results/Thumbnail";
import { hasPicture, isAsked, withoutPicture } from "../../search/state/searchState";
import { searchOf } from "../state/narrow";
import { casesLink, useAnalysis } from "../ui/context";
import classes from "./AskedSet.module.css";

const NEIGHBOURS = [20, 50, 100, 200, 500, 1000];

/** Which cases are counted: each thing asked for can be dropped here. */
export function AskedSet() {
  const { search, view, set, update, look } = useAnalysis();
  return (
    <section className={classes.set} aria-label="Cases that are counted">
      {hasPicture(search) && <Picture />}
      <div className={classes.conditions}>
        {!isAsked(search) && <Text size="sm">The whole archive. Every number and mark below filters by a click.</Text>}
        {search.text && (
          <Pill
            size="md"
            withRemoveButton
            removeButtonProps={{ "aria-label": `Remove the words ${search.text}`, "aria-hidden": false, tabIndex: 0 }}
            onRemove={() => update(({ search: now, view }) => ({ view, search: { ...now, text: "" } }))}
          >
            Words: {search.text}
          </Pill>
        )}
        <ActiveFilters
          input={set.input}
          conditions={search.conditions}
          onChange={(change) =>
            update(({ search: now, view }) => ({ view, search: { ...now, conditions: change(now.conditions) } }))
          }
        />
        {view.among.length > 0 && (
          <>
            <Text size="sm">counted of these:</Text>
            <ActiveFilters
              label="Counted of the neighbours"
              input={{ ...set.input, filters: [...(set.input.filters ?? []), ...set.among] }}
              conditions={view.among}
              onChange={(change) => look((now) => ({ ...now, among: change(now.among) }))}
            />
          </>
        )}
        <CorrectionsSwitch
          findings={search.findings}
          onChange={(findings) => update(({ search: now, view: same }) => ({ view: same, search: { ...now, findings } }))}
        />
        {isAsked(search) && (
          <Button component={Link} to={casesLink({ search, view }, [])} size="compact-sm" variant="default">
            Open these cases
          </Button>
        )}
      </div>
    </section>
  );
}

function Picture() {
  const { search, view, update, look } = useAnalysis();
  const like = useQuery({ ...likeQuery(search.like ?? ""), enabled: search.like !== null });
  const file = useQuery({ ...queryFileQuery(search.file ?? ""), enabled: search.file !== null });
  const facts = search.file === null ? like.data : file.data;
  const choices = [...new Set([...NEIGHBOURS, view.neighbours])].sort((one, other) => one - other);
  return (
    <div className={classes.picture}>
      <span className={classes.thumbnail}>
        <Thumbnail path={facts?.thumbnail ?? null} alt="The image asked with" eager />
      </span>
      <div>
        <Text size="sm" fw={600}>
          The cases that look most like {search.file === null ? "this image" : "your file"}
        </Text>
        {facts && (
          <Text size="sm" c="dimmed">
            {understood(facts).slice(0, 4).join(" · ")}
          </Text>
        )}
        <div className={classes.neighbours}>
          <Select
            size="xs"
            w={150}
            aria-label="How many neighbours are counted"
            data={choices.map((count) => ({ value: String(count), label: `${count} neighbours` }))}
            value={String(view.neighbours)}
            allowDeselect={false}
            onChange={(count) => look((now) => ({ ...now, neighbours: Number(count ?? now.neighbours) }))}
          />
          <Button size="compact-sm" variant="default" onClick={() => update((now) => ({ search: withoutPicture(searchOf(now)), view: { ...now.view, among: [] } }))}>
            Without the image
          </Button>
        </div>
        <Text size="xs" c="dimmed">
          Filters of the search choose among which cases neighbours are sought. What is clicked on below narrows these neighbours.
        </Text>
      </div>
    </div>
  );
}
