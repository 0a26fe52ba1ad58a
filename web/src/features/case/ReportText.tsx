import { Badge, Button, Group, Text } from "@mantine/core";
import { IconPencilPlus } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { dateText } from "../../ui/format";
import { TextPieces } from "../../ui/TextPieces";
import classes from "./CasePage.module.css";
import { EvidenceText } from "./evidence/EvidenceText";
import { FindingDialog, type Opened } from "./evidence/FindingDialog";
import type { FindingData } from "./evidence/findings";
import { selectedPlace } from "./evidence/places";
import type { ReportData } from "./queries";

/** A version of a report as it is read. */
export function ReportText({ report }: { report: ReportData }) {
  return (
    <>
      <Group gap="xs" mb={4}>
        <ReportTitle report={report} />
      </Group>
      <p className={classes.reportText}>
        <TextPieces pieces={report.pieces} />
      </p>
    </>
  );
}

type Props = { studyUid: string; report: ReportData; findings: readonly FindingData[] };

/** The version that counts, whose findings can be corrected. */
export function CurrentReport({ studyUid, report, findings }: Props) {
  const text = useRef<HTMLParagraphElement>(null);
  const [opened, setOpened] = useState<Opened | null>(null);
  const whole = report.pieces.map((piece) => piece.text).join("");
  return (
    <>
      <Group gap="xs" mb={4}>
        <ReportTitle report={report} />
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconPencilPlus size={14} aria-hidden="true" />}
          onMouseDown={(event) => event.preventDefault()} // else the selected words would be let go
          onClick={() => setOpened({ place: text.current && selectedPlace(text.current) })}
        >
          Add a finding
        </Button>
      </Group>
      <p className={classes.reportText} ref={text}>
        <EvidenceText pieces={report.pieces} findings={findings} onOpen={(found) => setOpened({ findings: found })} />
      </p>
      <FindingDialog
        studyUid={studyUid}
        report={{ reportId: report.reportId, version: report.version, text: whole }}
        opened={opened}
        onClose={() => setOpened(null)}
      />
    </>
  );
}

function ReportTitle({ report: { date, status, version } }: { report: ReportData }) {
  return (
    <>
      <Text component="h2" size="sm" fw={600}>
        {date ? `Report of ${dateText(date)}` : "Report"}
      </Text>
      {status && (
        <Badge size="sm" variant="outline" color="gray">
          {status}
        </Badge>
      )}
      {version > 1 && (
        <Text size="xs" c="dimmed">
          version {version}
        </Text>
      )}
    </>
  );
}
