import { NativeSelect } from "@mantine/core";
import { IconPlayerPause, IconPlayerPlay } from "@tabler/icons-react";
import { keyOf } from "../hotkeys/commands";
import { SPEEDS } from "../logic/cine";
import { ToolButton } from "./ToolButton";
import classes from "./Viewer.module.css";

export type Cine = { playing: boolean; speed: number };

type Props = {
  cine: Cine;
  /** Frames a second as recorded; null where the file has no times. */
  rate: number | null;
  onChange: (cine: Cine) => void;
};

export function CineControls({ cine, rate, onChange }: Props) {
  const { playing, speed } = cine;
  return (
    <div className={classes.tools} role="group" aria-label="Cine">
      <ToolButton
        label={playing ? "Pause" : "Play"}
        icon={playing ? IconPlayerPause : IconPlayerPlay}
        hotkey={keyOf("cine")}
        onClick={() => onChange({ ...cine, playing: !playing })}
      />
      <NativeSelect
        size="xs"
        aria-label={rate ? "Speed against the recording" : "Speed; no time is recorded"}
        title={rate ? undefined : "The file records no frame time"}
        value={String(speed)}
        onChange={(event) => onChange({ ...cine, speed: Number(event.currentTarget.value) })}
        data={SPEEDS.map((one) => ({ value: String(one), label: speedLabel(one, rate) }))}
      />
    </div>
  );
}

function speedLabel(speed: number, rate: number | null): string {
  const perSecond = Math.round((rate ?? 10) * speed * 10) / 10;
  return `${speed}× · ${perSecond}/s`;
}
