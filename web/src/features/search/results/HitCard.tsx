import { memo } from "react";
import { Link } from "react-router";
import { TextPieces } from "../../../ui/TextPieces";
import type { HitData } from "../queries";
import type { View } from "../state/searchState";
import classes from "./HitCard.module.css";
import { HitActions } from "./HitActions";
import { hasScore, hitLabels, hitSubtitle, hitTitle, scoreDetail, scoreText } from "./hitText";
import { Thumbnail } from "./Thumbnail";

const LABELS_SHOWN = 3;

export type HitHandlers = {
  onMark: (hit: HitData) => void;
  onLike: (hit: HitData) => void;
  onLeave: (hit: HitData) => void;
};

type Props = HitHandlers & {
  hit: HitData;
  view: View;
  href: string;
  /** The one hit that Tab reaches; arrows move it. */
  isCurrent: boolean;
};

/** One hit. Plain elements throughout: hundreds of cards are drawn while someone scrolls. */
export const HitCard = memo(function HitCard({ hit, view, href, isCurrent, onLeave, ...actions }: Props) {
  const title = hitTitle(hit);
  const faded = hit.notUseful !== null;
  return (
    <article
      className={classes.card}
      data-view={view}
      data-faded={faded || undefined}
      aria-label={`${hit.rank}: ${title}`}
    >
      <div className={classes.picture}>
        <Thumbnail path={hit.instance?.thumbnail ?? null} alt="" />
        <span className={classes.rank}>{hit.rank}</span>
        {hit.instance && hit.instance.frames > 1 && (
          <span className={classes.frames}>{hit.instance.frames} frames</span>
        )}
      </div>
      <div className={classes.told}>
        <div className={classes.heading}>
          <Link
            to={href}
            state={{ fromSearch: true }}
            className={classes.link}
            data-hit={hit.id}
            tabIndex={isCurrent ? 0 : -1}
            onClick={() => onLeave(hit)}
          >
            {title}
          </Link>
          {hasScore(hit) && (
            <span className={classes.score} title={scoreDetail(hit)}>
              <span className={classes.unseen}>score </span>
              {scoreText(hit.score)}
            </span>
          )}
        </div>
        <div className={classes.line}>{hitSubtitle(hit) || "Age, sex and date not known"}</div>
        <div className={classes.excerpt}>
          {hit.excerpt ? <TextPieces pieces={hit.excerpt} /> : <span className={classes.absent}>No report</span>}
        </div>
        <Labels labels={hitLabels(hit)} />
      </div>
      <HitActions hit={hit} title={title} tabIndex={isCurrent ? 0 : -1} {...actions} />
    </article>
  );
});

function Labels({ labels }: { labels: readonly string[] }) {
  const more = labels.slice(LABELS_SHOWN);
  return (
    <div className={classes.labels}>
      {labels.slice(0, LABELS_SHOWN).map((label) => (
        <span key={label} title={label} className={classes.label}>
          {label}
        </span>
      ))}
      {more.length > 0 && (
        <span title={more.join(", ")} className={classes.label}>
          +{more.length}
        </span>
      )}
    </div>
  );
}
