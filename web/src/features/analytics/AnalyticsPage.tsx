import { Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { ErrorNotice } from "../../ui/ErrorNotice";
import { whole } from "./logic/numbers";
import { toFilterInputs } from "../search/state/conditions";
import { hasPicture, toInput } from "../search/state/searchState";
import classes from "./AnalyticsPage.module.css";
import { EnrichmentSection } from "./enrichment/EnrichmentSection";
import { OverviewSection } from "./overview/OverviewSection";
import { PairsSection } from "./pairs/PairsSection";
import { caseSet, overviewQuery } from "./queries";
import { AskedSet } from "./set/AskedSet";
import { Levels } from "./set/Levels";
import { SpreadSection } from "./spread/SpreadSection";
import { useAnalytics } from "./state/useAnalytics";
import { AnalysisContext, analysisOf } from "./ui/context";

/** What the reports of a set of cases find: the archive, a search, or the neighbours of an image. */
export default function AnalyticsPage() {
  useDocumentTitle("Analytics – Similis");
  const [asked, update] = useAnalytics();
  const analysis = useMemo(() => {
    const set = caseSet(toInput(asked.search), asked.view.neighbours, toFilterInputs(asked.view.among));
    return analysisOf(asked, set, update);
  }, [asked, update]);
  const overview = useQuery(overviewQuery(analysis.set, asked.view));
  const { data, error } = overview;
  const isPicture = hasPicture(asked.search);
  return (
    <AnalysisContext value={analysis}>
      <main id="main" tabIndex={-1} className={classes.page}>
        <Title order={1} size="h3">
          Analytics
        </Title>
        <AskedSet />
        {error && !data ? (
          <ErrorNotice error={error} onRetry={() => void overview.refetch()} />
        ) : (
          <>
            <Levels focus={data?.focus ?? null} />
            {data?.reportedCases === 0 ? (
              <NoReports cases={data.totalCases} />
            ) : (
              <div className={classes.sections}>
                {isPicture && <EnrichmentSection />}
                <OverviewSection answer={overview} />
                <SpreadSection choices={data?.rows ?? []} focus={data?.focus ?? null} />
                <PairsSection />
                {!isPicture && <EnrichmentSection />}
              </div>
            )}
          </>
        )}
      </main>
    </AnalysisContext>
  );
}

function NoReports({ cases }: { cases: number }) {
  return (
    <Text c="dimmed" className={classes.nothing ?? ""}>
      {cases === 0
        ? "No case matches all of this. Take a condition away above."
        : `None of the ${whole(cases)} cases has a report, so nothing is known of their findings. Reports come with a table (similis ingest --reports) or as DICOM.`}
    </Text>
  );
}
