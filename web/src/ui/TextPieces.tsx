import classes from "./TextPieces.module.css";

type Props = { pieces: readonly { text: string; marked: boolean }[] };

/** Text of a report with the words that were asked for marked. */
export function TextPieces({ pieces }: Props) {
  return pieces.map((piece, place) =>
    piece.marked ? (
      <mark key={place} className={classes.mark}>
        {piece.text}
      </mark>
    ) : (
      <span key={place}>{piece.text}</span>
    ),
  );
}
