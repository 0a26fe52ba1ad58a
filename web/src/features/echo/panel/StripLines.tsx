import { Switch, Text } from "@mantine/core";
import type { StripData } from "../logic/heart";
import { type EchoStore, useEchoState } from "../state/EchoStore";
import classes from "./Panel.module.css";

/** What was traced in an M-mode, and whether its lines are shown over the picture. */
export function StripLines({ strip: { lines, beats, reason }, store }: { strip: StripData; store: EchoStore }) {
  const { contoursShown } = useEchoState(store);
  return (
    <div className={classes.row}>
      {lines.length > 0 && (
        <Switch
          size="sm"
          label="Lines of the walls"
          checked={contoursShown}
          onChange={(event) => store.update({ contoursShown: event.currentTarget.checked })}
        />
      )}
      <Text size="xs" c="dimmed">
        {reason?.text ?? `M-mode of ${beats.length === 1 ? "one beat" : `${beats.length} beats`}: end-diastole ─, end-systole ╌.`}
      </Text>
    </div>
  );
}
