import { Button, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { aboutQuery } from "../../../api/about";
import { WITHDRAW_ANNOTATION } from "../../../api/annotations";
import { execute } from "../../../api/graphql";
import { ErrorNotice } from "../../../ui/ErrorNotice";
import { momentText } from "../../../ui/format";
import { EJECTION_FRACTION, measured } from "../logic/heart";
import { areaText, isStill, shown } from "../logic/numbers";
import { heartsChanged } from "../queries";
import type { Reading } from "../state/useReading";
import classes from "./Panel.module.css";

type Props = {
  studyUid: string;
  readings: readonly Reading[];
  chosen: Reading;
  isDrawing: boolean;
  onChoose: (id: string) => void;
};

/** The machine's numbers and people's, side by side; one's own can be undone. */
export function Readings({ studyUid, readings, chosen, isDrawing, onChoose }: Props) {
  const { data } = useQuery(aboutQuery);
  const client = useQueryClient();
  const takeBack = useMutation({
    mutationFn: (id: string) => execute(WITHDRAW_ANNOTATION, { id, studyUid }),
    onSuccess: async (_, id) => {
      if (id === chosen.id) onChoose("");
      await client.invalidateQueries({ queryKey: ["heart"] });
      heartsChanged(client, studyUid);
    },
  });
  if (readings.length < 2) return null;
  return (
    <fieldset className={classes.readings} disabled={isDrawing}>
      <legend className={classes.unseen}>Whose contours</legend>
      {takeBack.error && <ErrorNotice error={takeBack.error} advice="Nothing was changed. Try again." />}
      {readings.map((one) => (
        <div key={one.id} className={classes.reading}>
          <label>
            <input type="radio" name="reading" checked={one.id === chosen.id} onChange={() => onChoose(one.id)} />
            <span>
              <span>{one.author ? `Corrected by ${one.author}` : "Machine"}</span>
              <strong> {efOf(one)}</strong>
              {one.at && (
                <Text span size="xs" c="dimmed" display="block">
                  {[momentText(one.at), one.comment].filter(Boolean).join(" · ")}
                </Text>
              )}
            </span>
          </label>
          {one.author !== null && one.author === data?.me.name && (
            <Button
              size="compact-xs"
              variant="default"
              aria-label={`Undo the correction with ${efOf(one)}`}
              loading={takeBack.isPending && takeBack.variables === one.id}
              onClick={() => takeBack.mutate(one.id)}
            >
              Undo
            </Button>
          )}
        </div>
      ))}
    </fieldset>
  );
}

/** By what readings are told apart. */
function efOf({ measurements, heart, trace }: Reading): string {
  if (heart && isStill(heart)) return areaText(heart, trace?.areaUnit ?? "");
  const value = measured(measurements, EJECTION_FRACTION, "discs")?.value ?? null;
  return value === null ? "no EF" : `EF ${shown(value)} %`;
}
