import { CloseButton, UnstyledButton } from "@mantine/core";
import { useQueries } from "@tanstack/react-query";
import { queryFileQuery } from "../queries";
import { Thumbnail } from "../results/Thumbnail";
import classes from "./FileChips.module.css";
import { understood } from "./understood";

type Props = {
  ids: readonly string[];
  active: string | null;
  onChoose: (id: string) => void;
  onPutAway: (id: string) => void;
};

/** Dropped files to switch between. */
export function FileChips({ ids, active, onChoose, onPutAway }: Props) {
  const answers = useQueries({ queries: ids.map(queryFileQuery) });
  return (
    <ul className={classes.chips} aria-label="Dropped files">
      {ids.map((id, place) => {
        const file = answers[place]?.data;
        const name = file ? understood(file).slice(0, 3).join(", ") || "Picture" : "File";
        return (
          <li key={id} className={classes.chip} data-active={id === active || undefined}>
            <UnstyledButton
              className={classes.choose ?? ""}
              aria-pressed={id === active}
              onClick={() => onChoose(id)}
            >
              <span className={classes.picture}>
                <Thumbnail path={file?.thumbnail ?? null} alt="" />
              </span>
              {answers[place]?.isError ? "No longer held" : name}
            </UnstyledButton>
            {id !== active && (
              <CloseButton size={26} aria-label={`Put ${name} away`} onClick={() => onPutAway(id)} />
            )}
          </li>
        );
      })}
    </ul>
  );
}
