import { Badge, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { countText, dateText } from "../../ui/format";
import classes from "./CasePage.module.css";
import { EvidenceText } from "./evidence/EvidenceText";
import { type FindingData, findingsQuery } from "./evidence/findings";
import { Legend } from "./evidence/Legend";
import type { ReportData } from "./queries";
import { type ReportHistory, reportHistories } from "./reportHistories";

const NONE: readonly FindingData[] = [];

type Props = { studyUid: string; reports: readonly ReportData[] };

/** Reports with the searched words marked and findings underlined; earlier versions fold away. */
export function ReportPanel({ studyUid, reports }: Props) {
  const { data: findings = NONE, isError } = useQuery(findingsQuery(studyUid));
  const histories = reportHistories(reports);
  if (histories.length === 0) return <Text c="dimmed">No report came with this case.</Text>;
  return (
    <>
      {isError && <Text size="sm">The findings could not be read; the text is whole.</Text>}
      <Legend findings={findings} />
      <Reports histories={histories} findings={findings} />
    </>
  );
}

type ReportsProps = { histories: readonly ReportHistory[]; findings: readonly FindingData[] };

function Reports({ histories, findings }: ReportsProps) {
  return histories.map(({ current, earlier }) => (
    <article key={current.reportId} className={classes.report}>
      <ReportText
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
            <ReportText key={report.version} report={report} findings={NONE} />
          ))}
        </details>
      )}
    </article>
  ));
}

type TextProps = { report: ReportData; findings: readonly FindingData[] };

function ReportText({ report, findings }: TextProps) {
  return (
    <>
      <Group gap="xs" mb={4}>
        <Text component="h2" size="sm" fw={600}>
          {report.date ? `Report of ${dateText(report.date)}` : "Report"}
        </Text>
        {report.status && (
          <Badge size="sm" variant="outline" color="gray">
            {report.status}
          </Badge>
        )}
        {report.version > 1 && (
          <Text size="xs" c="dimmed">
            version {report.version}
          </Text>
        )}
      </Group>
      <p className={classes.reportText}>
        <EvidenceText pieces={report.pieces} findings={findings} />
      </p>
    </>
  );
}
