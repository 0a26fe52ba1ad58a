import { NativeSelect } from "@mantine/core";
import type { ThresholdSetData } from "../logic/heart";
import type { Method } from "../logic/ventricle";
import { type EchoChoice, methodOf } from "../state/choice";
import classes from "./Panel.module.css";

const METHOD_LABELS: readonly { value: Method; label: string }[] = [
  { value: "discs", label: "Discs (20, one plane)" },
  { value: "area_length", label: "Area-length" },
];

type Props = {
  sets: readonly ThresholdSetData[];
  limits: string;
  /** Null where there is no choice. */
  method: Method | null;
  onChoice: (change: Partial<EchoChoice>) => void;
};

/** By which formula, and under which limits. */
export function Pickers({ sets, limits, method, onChoice }: Props) {
  const choose = (name: string) => onChoice({ limits: sets.find(({ isDefault }) => isDefault)?.name === name ? "" : name });
  return (
    <div className={classes.pickers}>
      {method && (
        <NativeSelect
          size="xs"
          label="Method"
          data={METHOD_LABELS}
          value={method}
          onChange={(event) => onChoice({ method: methodOf(event.currentTarget.value) })}
        />
      )}
      <NativeSelect
        size="xs"
        label="Limits"
        data={sets.map(({ name, title }) => ({ value: name, label: title }))}
        value={limits}
        onChange={(event) => choose(event.currentTarget.value)}
      />
    </div>
  );
}
