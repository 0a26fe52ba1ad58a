import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { countText } from "../../ui/format";
import classes from "./CasePage.module.css";
import { Corrections } from "./evidence/Corrections";
import { type CorrectionData, evidenceQuery, type FindingData } from "./evidence/findings";
import { Legend } from "./evidence/Legend";
import type { ReportData } from "./queries";
import { type ReportHistory, reportHistories } from "./reportHistories";
import { CurrentReport, ReportText } from "./ReportText";

const NONE: readonly FindingData[] = [];
const UNTOUCHED: readonly CorrectionData[] = [];

type Props = { studyUid: string; reports: readonly ReportData[] };

/** Reports with the searched words marked and findings underlined; earlier versions fold away. */
export function ReportPanel({ studyUid, reports }: Props) {
  const { data, isError } = useQuery(evidenceQuery(studyUid));
  const { findings, corrections } = data ?? { findings: NONE, corrections: UNTOUCHED };
  const histories = reportHistories(reports);
  if (histories.length === 0) return <Text c="dimmed">No report came with this case.</Text>;
  const versions = new Map(histories.map(({ current }) => [current.reportId, current.version]));
  return (
    <>
      {isError && <Text size="sm">The findings could not be read; the text is whole.</Text>}
      <Legend findings={findings} />
      {histories.map((history) => (
        <Report key={history.current.reportId} studyUid={studyUid} history={history} findings={findings} />
      ))}
      <Corrections studyUid={studyUid} corrections={corrections} versions={versions} />
    </>
  );
}

type ReportProps = { studyUid: string; history: ReportHistory; findings: readonly FindingData[] };

function Report({ studyUid, history: { current, earlier }, findings }: ReportProps) {
  return (
    <article className={classes.report}>
      <CurrentReport
        studyUid={studyUid}
        report={current}
        findings={findings.filter(
          ({ reportId, reportVersion }) =>
            reportId === current.reportId && reportVersion === current.version,
        )}
      />
      {earlier.length > 0 && (
        <details className={classes.earlier}>
          <summary>{countText(earlier.length, "earlier version")}</summary>
          {earlier.map((report) => (
            <ReportText key={report.version} report={report} />
          ))}
        </details>
      )}
    </article>
  );
}
