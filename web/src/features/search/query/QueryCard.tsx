import { CloseButton, Group, NumberInput, Skeleton, Text, Title } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { SearchPageData } from "../queries";
import { Thumbnail } from "../results/Thumbnail";
import classes from "./QueryCard.module.css";
import { type PictureFacts, understood } from "./understood";

export type ModelData = NonNullable<SearchPageData["model"]>;

type Props = {
  title: string;
  facts: PictureFacts;
  thumbnail: string | null;
  badge: ReactNode;
  note: string;
  frame: number | null;
  model: ModelData | null;
  onFrame: (frame: number | null) => void;
  onRemove: () => void;
  actions: ReactNode;
};

export function QueryCard(props: Props) {
  const { title, facts, thumbnail, badge, note, frame, model, onFrame, onRemove, actions } = props;
  return (
    <section className={classes.card} aria-label={title}>
      <div className={classes.picture}>
        <Thumbnail path={thumbnail} alt={`${title}: ${understood(facts).join(", ")}`} eager />
      </div>
      <div className={classes.told}>
        <Group gap="xs">
          <Title order={2} size="h5">
            {title}
          </Title>
          {badge}
        </Group>
        <Text size="sm">{understood(facts).join(" · ")}</Text>
        {note && (
          <Text size="xs" c="dimmed">
            {note}
          </Text>
        )}
        {model && <ModelLine model={model} />}
        <Group gap="xs" mt={4}>
          {facts.frames > 1 && <FrameChoice frames={facts.frames} frame={frame} onFrame={onFrame} />}
          {actions}
        </Group>
      </div>
      <CloseButton aria-label="Search without this picture" onClick={onRemove} />
    </section>
  );
}

function ModelLine({ model }: { model: ModelData }) {
  return (
    <>
      <Text size="xs" c="dimmed">
        Answered by {model.architecture} ({model.source}, {model.precision})
      </Text>
      {model.warning && (
        <Text size="sm" className={classes.warning}>
          <IconAlertTriangle size={16} aria-hidden="true" /> {model.warning}
        </Text>
      )}
    </>
  );
}

type FrameProps = { frames: number; frame: number | null; onFrame: (frame: number | null) => void };

/** People count frames from 1, the server from 0. */
function FrameChoice({ frames, frame, onFrame }: FrameProps) {
  return (
    <NumberInput
      size="xs"
      w={130}
      aria-label={`Frame to search with, 1 to ${frames}; empty: all`}
      placeholder={`all ${frames} frames`}
      min={1}
      max={frames}
      clampBehavior="strict"
      allowDecimal={false}
      value={frame === null ? "" : frame + 1}
      onChange={(value) => onFrame(typeof value === "number" ? value - 1 : null)}
    />
  );
}

export function QueryCardSkeleton() {
  return (
    <div className={classes.card} role="status" aria-label="Reading the picture">
      <div className={classes.picture} />
      <div className={classes.told}>
        <Skeleton h={18} w="30%" />
        <Skeleton h={14} w="60%" />
        <Skeleton h={12} w="45%" />
      </div>
    </div>
  );
}
