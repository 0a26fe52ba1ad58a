import { ActionIcon, Button, Drawer, Tooltip, VisuallyHidden } from "@mantine/core";
import { useDisclosure, useDocumentTitle } from "@mantine/hooks";
import { IconAdjustmentsHorizontal, IconKeyboard } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { ActiveFilters } from "./facets/ActiveFilters";
import { CorrectionsSwitch } from "./facets/CorrectionsSwitch";
import { FacetPanel } from "./facets/FacetPanel";
import { Hero } from "./Hero";
import { KeySheet } from "./keys/KeySheet";
import { usePageKeys } from "./keys/usePageKeys";
import { QueryPanel } from "./query/QueryPanel";
import { hitsQuery } from "./queries";
import { Results } from "./results/Results";
import classes from "./SearchPage.module.css";
import type { ChangeConditions } from "./state/conditions";
import { isAsked, toInput } from "./state/searchState";
import { useSearchState } from "./state/useSearchState";
import { SearchBox } from "./text/SearchBox";
import { AddDialog } from "./upload/AddDialog";
import { DropTarget } from "./upload/DropTarget";
import { UploadButtons } from "./upload/UploadButtons";
import { UploadList } from "./upload/UploadList";
import { useIntake } from "./upload/useIntake";
import { useArrivals } from "./upload/useUploads";

export function SearchPage() {
  useDocumentTitle("Search – Similis");
  const [state, update] = useSearchState();
  const input = useMemo(() => toInput(state), [state]);
  const [filtersOpen, filters] = useDisclosure(false);
  const [sheetOpen, sheet] = useDisclosure(false);
  const intake = useIntake();
  const { data } = useInfiniteQuery(hitsQuery(input));
  useArrivals(update);
  usePageKeys(sheet.toggle);

  const onConditions: ChangeConditions = (change) =>
    update((now) => ({ ...now, conditions: change(now.conditions) }));
  const facets = { input, conditions: state.conditions, onChange: onConditions };
  const corrections = <CorrectionsSwitch findings={state.findings} onChange={(findings) => update({ findings })} />;
  return (
    <main id="main" tabIndex={-1} className={classes.page}>
      <VisuallyHidden component="h1">Search for similar cases</VisuallyHidden>
      <search className={classes.bar}>
        <SearchBox text={state.text} update={update} />
        <UploadButtons mayAdd={intake.mayAdd} onSearch={intake.search} onAdd={() => intake.askToAdd([])} />
        <Button
          className={classes.filtersButton ?? ""}
          size="md"
          variant="default"
          leftSection={<IconAdjustmentsHorizontal size={18} aria-hidden="true" />}
          onClick={filters.open}
        >
          Filters{state.conditions.length > 0 && ` (${state.conditions.length})`}
        </Button>
        <Tooltip label="Keys (?)">
          <ActionIcon className={classes.keys ?? ""} variant="subtle" color="gray" size={42} aria-label="Keys" onClick={sheet.open}>
            <IconKeyboard size={20} />
          </ActionIcon>
        </Tooltip>
      </search>
      <div className={classes.columns}>
        <aside className={classes.aside} aria-label="Filters">
          <FacetPanel {...facets}>{corrections}</FacetPanel>
        </aside>
        <div className={classes.content}>
          {!isAsked(state) && <Hero onFiles={intake.search} />}
          <UploadList />
          <QueryPanel
            state={state}
            update={update}
            answer={data?.pages[0]}
            onAddFile={intake.mayAdd ? (file) => intake.askToAdd(file ? [file] : []) : null}
          />
          <div>
            <ActiveFilters {...facets} />
            <Results state={state} input={input} update={update} />
          </div>
        </div>
      </div>
      <Drawer opened={filtersOpen} onClose={filters.close} title="Filters" size="sm">
        <FacetPanel {...facets}>{corrections}</FacetPanel>
      </Drawer>
      <KeySheet opened={sheetOpen} onClose={sheet.close} />
      <DropTarget mayAdd={intake.mayAdd} onFiles={intake.take} />
      <AddDialog {...intake.dialog} />
    </main>
  );
}
