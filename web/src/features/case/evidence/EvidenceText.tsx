import { Tooltip } from "@mantine/core";
import { TextPieces } from "../../../ui/TextPieces";
import classes from "./Evidence.module.css";
import { type FindingData, PERSON } from "./findings";
import { details, type Piece, runsOf } from "./runs";

type Props = {
  pieces: readonly Piece[];
  findings: readonly FindingData[];
  onOpen: (findings: readonly FindingData[]) => void;
};

/** A report with its findings underlined; each tells its code on hover and focus, and opens on a click. */
export function EvidenceText({ pieces, findings, onOpen }: Props) {
  if (findings.length === 0) return <TextPieces pieces={pieces} />;
  return runsOf(pieces, findings).map((run) => {
    const text = <TextPieces pieces={run.pieces} />;
    const [first] = run.findings;
    if (!first) return <span key={run.begin}>{text}</span>;
    return (
      <Tooltip
        key={run.begin}
        multiline
        maw={340}
        openDelay={150}
        events={{ hover: true, focus: true, touch: true }}
        label={
          <>
            {run.findings.map((finding) => (
              <FindingNote key={`${finding.findingId} ${finding.begin}`} finding={finding} />
            ))}
            <span className={classes.note}>A click opens it: same cases, correct, remove.</span>
          </>
        }
      >
        <span
          role="button"
          tabIndex={0}
          aria-haspopup="dialog"
          className={classes.finding}
          data-assertion={first.assertion}
          data-said-by={first.taggerId === PERSON ? "person" : undefined}
          onClick={() => {
            // What ends a selection of words is no click on one of them.
            if (window.getSelection()?.isCollapsed !== false) onOpen(run.findings);
          }}
          onKeyDown={(event) => {
            if (event.key !== "Enter" && event.key !== " ") return;
            event.preventDefault();
            onOpen(run.findings);
          }}
        >
          {text}
        </span>
      </Tooltip>
    );
  });
}

/** What is known of a finding, in a few lines. */
export function FindingNote({ finding }: { finding: FindingData }) {
  const { code, description, assertion, trigger, section, taggerId } = finding;
  const more = details(finding);
  const decided = trigger ? `decided by “${trigger}”` : "nothing qualifies it";
  return (
    <span className={classes.note}>
      <strong>
        {assertion.toLowerCase()}: {code} {description}
      </strong>
      {more && <span>{more}</span>}
      <span>
        {taggerId === PERSON ? "said by a person" : decided}
        {section && `, section ${section}`}
      </span>
    </span>
  );
}
