import { ActionIcon, Badge, Button, Group, Text, Title, Tooltip } from "@mantine/core";
import {
  IconArrowLeft,
  IconChevronLeft,
  IconChevronRight,
  IconPhotoSearch,
} from "@tabler/icons-react";
import { ageAndSex, dateText } from "../../ui/format";
import { type Command, keyOf } from "../viewer/hotkeys/commands";
import classes from "./CasePage.module.css";
import type { CaseData } from "./queries";
import type { useNeighbours } from "./useNeighbours";

type Props = {
  data: CaseData;
  neighbours: ReturnType<typeof useNeighbours>;
  send: (command: Command) => void;
  /** Whether there is an image to ask with. */
  mayAsk: boolean;
};

export function CaseHeading({ data, neighbours, send, mayAsk }: Props) {
  const facts = [
    dateText(data.date ?? null),
    ageAndSex(data.ageYears ?? null, data.sex),
    data.modalities.join(", "),
    data.dataset,
  ];
  return (
    <header className={classes.heading}>
      <Tooltip label={`Back to the search (${keyOf("back")})`}>
        <ActionIcon
          variant="default"
          size="lg"
          aria-label="Back to the search"
          onClick={() => send("back")}
        >
          <IconArrowLeft size={20} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <div className={classes.title}>
        <Title order={1} size="h4" lineClamp={2}>
          {data.description || "Case"} <span className={classes.patient}>{data.patient}</span>
        </Title>
        <Text size="sm" c="dimmed">
          {facts.filter(Boolean).join(" · ")}
        </Text>
      </div>
      {data.identityKept && <Badge color="yellow">Identity kept</Badge>}
      <Group gap="xs" ml="auto">
        {neighbours.hit && <HitSteps neighbours={neighbours} send={send} />}
        <Tooltip label={`Search for images like the one shown (${keyOf("more-like-this")})`}>
          <Button
            variant="light"
            leftSection={<IconPhotoSearch size={18} aria-hidden />}
            disabled={!mayAsk}
            onClick={() => send("more-like-this")}
          >
            More like this
          </Button>
        </Tooltip>
      </Group>
    </header>
  );
}

function HitSteps({ neighbours, send }: Pick<Props, "neighbours" | "send">) {
  const { hit, previous, next, total } = neighbours;
  return (
    <Group gap={4} wrap="nowrap" role="group" aria-label="Hits">
      <Tooltip label={`Previous hit (${keyOf("previous-hit")})`}>
        <ActionIcon
          variant="default"
          size="lg"
          aria-label="Previous hit"
          disabled={!previous}
          onClick={() => send("previous-hit")}
        >
          <IconChevronLeft size={18} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <Text size="sm" className={classes.rank} aria-live="polite">
        Hit {hit?.rank}
        {total >= (hit?.rank ?? 0) && ` of ${total.toLocaleString("en")}`}
      </Text>
      <Tooltip label={`Next hit (${keyOf("next-hit")})`}>
        <ActionIcon
          variant="default"
          size="lg"
          aria-label="Next hit"
          disabled={!next}
          onClick={() => send("next-hit")}
        >
          <IconChevronRight size={18} aria-hidden />
        </ActionIcon>
      </Tooltip>
    </Group>
  );
}
