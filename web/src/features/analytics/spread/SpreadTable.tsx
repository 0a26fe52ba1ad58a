import { Text } from "@mantine/core";
import { GROUP_NAMES, groupText, isTime } from "../logic/groups";
import { whole } from "../logic/numbers";
import type { Point, SeriesTable } from "../logic/series";
import { useAnalysis } from "../ui/context";
import { Count } from "../ui/Count";
import { RowTable } from "../ui/RowTable";
import classes from "../ui/RowTable.module.css";

/** The values behind the lines or bars, each with its share; one row for each group. */
export function SpreadTable({ table }: { table: SeriesTable }) {
  const { view, filter } = useAnalysis();
  const { series } = table;
  const groups = [...new Set(series.flatMap(({ points }) => points.map(({ group }) => group)))].sort(isTime(view.group) ? newestFirst : inOrder);
  const names = GROUP_NAMES[view.group];
  const reported = reportedOf(series);
  if (groups.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        There is nothing to show {names.title}.
      </Text>
    );
  }
  return (
    <RowTable
      caption={`Cases ${names.title}`}
      rows={groups}
      first={12}
      all={`${whole(groups.length)} groups`}
      head={
        <tr>
          <th scope="col">{names.one}</th>
          {series.map(({ name, title }) => (
            <th key={name} scope="col" className={classes.number} title={title}>
              {name}
            </th>
          ))}
          {reported && (
            <th scope="col" className={classes.number}>
              with a report
            </th>
          )}
        </tr>
      }
    >
      {(group) => (
        <tr key={group}>
          <th scope="row">{groupText(view.group, group)}</th>
          {series.map(({ name, title, points }) => {
            const point = points.find((one) => one.group === group);
            return (
              <Count
                key={name}
                cases={point?.cases ?? 0}
                of={point?.reported ?? 0}
                showsOf={!reported}
                label={`${title}, ${groupText(view.group, group)}`}
                onFilter={() => point && filter(point.marks)}
              />
            );
          })}
          {reported && <td className={classes.number}>{whole(reported.get(group) ?? 0)}</td>}
        </tr>
      )}
    </RowTable>
  );
}

/** The denominators, where all series share them: those of women and men do not. */
function reportedOf(series: SeriesTable["series"]): Map<string, number> | null {
  const [first, ...others] = series;
  if (!first) return null;
  const counts = new Map(first.points.map(({ group, reported }) => [group, reported]));
  const agrees = ({ group, reported }: Point) => counts.get(group) === reported;
  return others.every(({ points }) => points.length === counts.size && points.every(agrees)) ? counts : null;
}

function newestFirst(one: string, other: string): number {
  return other.localeCompare(one, "en");
}

/** Decades by their first year. */
function inOrder(one: string, other: string): number {
  return one.localeCompare(other, "en", { numeric: true });
}
