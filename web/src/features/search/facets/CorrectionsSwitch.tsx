import { Switch } from "@mantine/core";
import type { Findings } from "../../../gql/graphql";

type Props = { findings: Findings; onChange: (findings: Findings) => void };

/** Whether findings are those of the tagger, or those after people's corrections. */
export function CorrectionsSwitch({ findings, onChange }: Props) {
  return (
    <Switch
      size="xs"
      label="Findings with people’s corrections"
      checked={findings === "CORRECTED"}
      onChange={(event) => onChange(event.currentTarget.checked ? "CORRECTED" : "TAGGED")}
    />
  );
}
