import type { CustomSeriesRenderItem } from "echarts/types/dist/echarts";
import { interval, probability, ratio, whole } from "../logic/numbers";
import type { EnrichedRow } from "../queries";
import { keyText } from "../state/levels";
import type { Draw } from "./Chart";
import { labelOf, tooltip, wrapped } from "./tooltip";

export type ForestAct = { key: string };
export const FOREST_ROWS = 15;
/** Below this false discovery rate a point is filled. */
export const SURE = 0.05;
const WIDEST = 8; // powers of 2 on both sides

/** Odds ratios with their 95 % intervals, on a logarithmic axis around 1. */
export function forest(
  rows: readonly EnrichedRow[],
  sizes: { set: number; archive: number },
): Draw {
  return (palette, isNarrow) => {
    const shown = rows.slice(0, FOREST_ROWS).reverse();
    const ends = shown.flatMap(({ low, high }) => [Math.log2(low), Math.log2(high)].map(Math.abs));
    const edge = Math.min(WIDEST, 2 * Math.ceil(Math.max(2, ...ends) / 2));
    const isCut = ends.some((end) => end > edge);
    const x = (value: number) => Math.min(edge, Math.max(-edge, Math.log2(value)));
    const data = shown.map((row, place) => {
      const colour = row.oddsRatio >= 1 ? palette.more : palette.less;
      return {
        value: [x(row.oddsRatio), place, x(row.low), x(row.high)],
        itemStyle: { color: row.q < SURE ? colour : palette.surface, borderColor: colour, borderWidth: 2 },
        told: told(row, sizes),
        act: { key: row.key } satisfies ForestAct,
      };
    });
    return {
      tooltip: tooltip(palette),
      grid: { left: 8, right: 24, top: 8, bottom: 28, containLabel: true },
      xAxis: {
        type: "value",
        min: -edge,
        max: edge,
        interval: isNarrow ? edge : edge > 4 ? 2 : 1,
        name: `odds ratio with 95 % interval${isCut ? "; what goes farther is cut off here" : ""}`,
        nameLocation: "middle",
        nameGap: 28,
        nameTextStyle: { color: palette.dimmed },
        axisLabel: { color: palette.dimmed, hideOverlap: true, formatter: axisText },
        splitLine: { lineStyle: { color: palette.line } },
      },
      yAxis: {
        type: "category",
        data: shown.map((row) => labelOf(row, 34, isNarrow)),
        axisLabel: { color: palette.text },
        axisLine: { show: false },
        axisTick: { show: false },
      },
      series: [
        {
          type: "custom",
          renderItem: whisker(palette.dimmed),
          encode: { x: [0, 2, 3], y: 1 },
          clip: true,
          data,
        },
        {
          type: "scatter",
          symbolSize: 12,
          symbol: "diamond",
          data,
          markLine: {
            silent: true,
            symbol: "none",
            label: { show: false },
            lineStyle: { color: palette.text, type: "dashed" },
            data: [{ xAxis: 0 }],
          },
        },
      ],
    };
  };
}

function whisker(colour: string): CustomSeriesRenderItem {
  return (_params, api) => {
    const [from = 0, at = 0] = api.coord([api.value(2), api.value(1)]);
    const [to = 0] = api.coord([api.value(3), api.value(1)]);
    return {
      type: "line",
      shape: { x1: from, y1: at, x2: to, y2: at },
      style: { stroke: colour, lineWidth: 2 },
    };
  };
}

/** Of a power of 2: "8", "1/8". */
function axisText(power: number): string {
  return power >= 0 ? String(2 ** power) : `1/${2 ** -power}`;
}

function told(row: EnrichedRow, { set, archive }: { set: number; archive: number }): string {
  return [
    wrapped(`${keyText(row.key)} ${row.description}`),
    `set ${whole(row.inSet)} of ${whole(set)}, archive ${whole(row.inArchive)} of ${whole(archive)}`,
    `lift ${ratio(row.lift)}, odds ratio ${ratio(row.oddsRatio)} (${interval(row.low, row.high)})`,
    `adjusted p ${probability(row.q)}`,
  ].join("\n");
}
