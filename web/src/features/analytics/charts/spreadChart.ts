import type { CaseGroup } from "../../../gql/graphql";
import { groupText, isTime } from "../logic/groups";
import { percent, whole } from "../logic/numbers";
import type { Point, Series, SeriesTable } from "../logic/series";
import type { Mark } from "../state/narrow";
import type { Scale, Split } from "../state/view";
import type { Draw } from "./Chart";
import { LINES, type Palette, STYLE_OF, SYMBOLS } from "./palette";
import { tooltip, wrapped } from "./tooltip";

export type SpreadAct = { marks: Mark[] };

/** Lines over time, bars over ages and sexes. */
export function spreadChart(
  { axis, series }: SeriesTable,
  group: CaseGroup,
  scale: Scale,
  split: Split,
): Draw {
  return (palette) => ({
    tooltip: tooltip(palette),
    aria: { enabled: !isTime(group), label: { enabled: false }, decal: { show: true } },
    legend: { top: 0, type: "scroll", textStyle: { color: palette.text }, itemWidth: 36, pageTextStyle: { color: palette.text }, pageIconColor: palette.dimmed },
    grid: { left: 8, right: 16, top: 44, bottom: 8, containLabel: true },
    xAxis: {
      type: "category",
      data: axis.map((name) => groupText(group, name)),
      axisLabel: { color: palette.dimmed, hideOverlap: true },
      axisLine: { lineStyle: { color: palette.line } },
    },
    yAxis: {
      type: "value",
      min: 0,
      ...(scale === "cases" && { minInterval: 1 }),
      axisLabel: { color: palette.dimmed, formatter: scale === "share" ? "{value} %" : "{value}" },
      splitLine: { lineStyle: { color: palette.line } },
    },
    series: series.map((one, place) => ({
      ...(isTime(group) ? line(one, place, split, palette) : bar(one, place, split, palette)),
      name: one.name,
      data: values(one, axis, group, scale),
    })),
  });
}

function line(one: Series, place: number, split: Split, palette: Palette) {
  const style = STYLE_OF[one.said];
  const isSaid = split === "assertion";
  return {
    type: "line",
    symbol: isSaid ? style.symbol : SYMBOLS[place % SYMBOLS.length],
    showAllSymbol: true,
    symbolSize: one.points.length > 60 ? 5 : 9,
    color: palette.series[isSaid ? style.colour : place % palette.series.length],
    lineStyle: { type: isSaid ? style.line : LINES[place % LINES.length], width: 2 },
    connectNulls: false,
    triggerLineEvent: false,
  };
}

function bar(one: Series, place: number, split: Split, palette: Palette) {
  const colour = split === "assertion" ? STYLE_OF[one.said].colour : place % palette.series.length;
  return { type: "bar", itemStyle: { color: palette.series[colour] }, barMaxWidth: 32 };
}

/** A value for each place of the axis; no share where there is nothing to share. */
function values(one: Series, axis: readonly string[], group: CaseGroup, scale: Scale) {
  const points = new Map(one.points.map((point) => [point.group, point]));
  return axis.map((name) => {
    const point = points.get(name);
    if (!point) return { value: scale === "cases" ? 0 : null };
    const told = `${wrapped(one.title)}\n${groupText(group, name)}: ${whole(point.cases)} of ${whole(point.reported)} with a report (${percent(point.cases, point.reported)})`;
    const symbol = point.cases === 0 && { symbol: "none" }; // a dot for each empty month hides the others
    return { value: valueOf(point, scale), ...symbol, told, act: { marks: point.marks } satisfies SpreadAct };
  });
}

function valueOf({ cases, reported }: Point, scale: Scale): number | null {
  if (scale === "cases") return cases;
  return reported > 0 ? (100 * cases) / reported : null;
}
