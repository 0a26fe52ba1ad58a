import { percent, whole } from "../logic/numbers";
import classes from "./RowTable.module.css";

type Props = {
  cases: number;
  /** The denominator of the share; left out where there is none to show. */
  of?: number;
  /** Whether the denominator stands here, because no column has it. */
  showsOf?: boolean;
  /** What a click asks for: "J90 denied". */
  label: string;
  onFilter: () => void;
};

/** A number of cases that filters by what it counts. None is no button. */
export function Count({ cases, of, showsOf = false, label, onFilter }: Props) {
  const all = showsOf && of !== undefined ? ` of ${whole(of)}` : "";
  if (cases === 0) {
    return (
      <td className={classes.number}>
        0<span className={classes.share}>{all}</span>
      </td>
    );
  }
  return (
    <td className={classes.number}>
      <button type="button" className={classes.act} aria-label={`${whole(cases)}: only cases with ${label}`} onClick={onFilter}>
        {whole(cases)}
      </button>
      {of !== undefined && <span className={classes.share}>
          {all} {percent(cases, of)}
        </span>}
    </td>
  );
}
