import { Button, Group, Modal, Stack } from "@mantine/core";
import { useState } from "react";
import { useNavigate } from "react-router";
import { FindingNote } from "./EvidenceText";
import { FindingForm } from "./FindingForm";
import type { FindingData } from "./findings";
import type { Place } from "./places";
import { sameFindingLink } from "./runs";
import { correctionInput, type Said, useCorrect } from "./useCorrect";

/** What the dialog is about: findings that share some words, or words of a new one. */
export type Opened = { findings: readonly FindingData[] } | { place: Place | null };

type Props = {
  studyUid: string;
  report: { reportId: string; version: number; text: string };
  opened: Opened | null;
  onClose: () => void;
};

/** Correct, remove or add a finding of one report. */
export function FindingDialog({ opened, onClose, ...rest }: Props) {
  const title = opened && "findings" in opened ? "Finding" : "Add a finding";
  return (
    <Modal opened={opened !== null} onClose={onClose} title={title} size="lg">
      {opened && <DialogBody opened={opened} onClose={onClose} {...rest} />}
    </Modal>
  );
}

function DialogBody({ studyUid, report, opened, onClose }: Props & { opened: Opened }) {
  const findings = "findings" in opened ? opened.findings : [];
  const [chosen, setChosen] = useState<FindingData | null>(findings[0] ?? null);
  const { correct } = useCorrect(studyUid);
  const navigate = useNavigate();
  const say = (said: Said) => {
    correct.mutate(correctionInput(studyUid, report, said), { onSuccess: onClose });
  };
  return (
    <Stack gap="md">
      {findings.map((finding) => (
        <Group key={`${finding.findingId} ${finding.begin}`} justify="space-between" align="start" wrap="nowrap">
          <FindingNote finding={finding} />
          <Group gap="xs" wrap="nowrap">
            {findings.length > 1 && (
              <Button
                size="compact-sm"
                variant={finding === chosen ? "filled" : "default"}
                aria-pressed={finding === chosen}
                onClick={() => setChosen(finding)}
              >
                Correct this
              </Button>
            )}
            <Button size="compact-sm" variant="default" onClick={() => void navigate(sameFindingLink(finding))}>
              Same cases
            </Button>
          </Group>
        </Group>
      ))}
      <FindingForm
        key={`${chosen?.findingId ?? ""} ${chosen?.begin ?? ""}`}
        before={chosen}
        place={"place" in opened ? opened.place : null}
        text={report.text}
        pending={correct.isPending}
        error={correct.error}
        onSay={say}
      />
    </Stack>
  );
}
