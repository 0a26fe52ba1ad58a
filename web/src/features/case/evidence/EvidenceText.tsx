import { Tooltip } from "@mantine/core";
import { Link } from "react-router";
import { TextPieces } from "../../../ui/TextPieces";
import classes from "./Evidence.module.css";
import type { FindingData } from "./findings";
import { details, type Piece, runsOf, sameFindingLink } from "./runs";

type Props = { pieces: readonly Piece[]; findings: readonly FindingData[] };

/** A report with its findings underlined; each tells its code on hover and focus, and leads to its like. */
export function EvidenceText({ pieces, findings }: Props) {
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
        label={run.findings.map((finding) => (
          <FindingNote key={`${finding.findingId} ${finding.begin}`} finding={finding} />
        ))}
      >
        <Link to={sameFindingLink(first)} className={classes.finding} data-assertion={first.assertion}>
          {text}
        </Link>
      </Tooltip>
    );
  });
}

function FindingNote({ finding }: { finding: FindingData }) {
  const { code, description, assertion, trigger, section } = finding;
  const more = details(finding);
  return (
    <span className={classes.note}>
      <strong>
        {assertion.toLowerCase()}: {code} {description}
      </strong>
      {more && <span>{more}</span>}
      <span>
        {trigger ? `decided by “${trigger}”` : "nothing qualifies it"}
        {section && `, section ${section}`}
      </span>
      <span>A click shows all cases with the same.</span>
    </span>
  );
}
