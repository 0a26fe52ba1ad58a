import { IconPhotoSearch, IconThumbDown } from "@tabler/icons-react";
import type { HitData } from "../queries";
import classes from "./HitCard.module.css";

type Props = {
  hit: HitData;
  title: string;
  tabIndex: number;
  onMark: (hit: HitData) => void;
  onLike: (hit: HitData) => void;
};

export function HitActions({ hit, title, tabIndex, onMark, onLike }: Props) {
  const named = `hit ${hit.rank}, ${title}`;
  const button = { type: "button" as const, className: classes.action, tabIndex };
  if (hit.notUseful) {
    return (
      <div className={classes.actions}>
        <button {...button} aria-label={`Undo “not useful”, ${named}`} onClick={() => onMark(hit)}>
          Undo “not useful”
        </button>
      </div>
    );
  }
  return (
    <div className={classes.actions}>
      {hit.instance && (
        <button
          {...button}
          title="More like this (m)"
          aria-label={`More like ${named}`}
          onClick={() => onLike(hit)}
        >
          <IconPhotoSearch size={16} aria-hidden="true" />
        </button>
      )}
      <button
        {...button}
        title="Not useful (x)"
        aria-label={`Not useful: ${named}`}
        onClick={() => onMark(hit)}
      >
        <IconThumbDown size={16} aria-hidden="true" />
      </button>
    </div>
  );
}
