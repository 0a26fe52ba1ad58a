import { countOf, MEANING, SAID, type SpokenAs } from "../logic/assertions";
import { percent, whole } from "../logic/numbers";
import type { FindingRow } from "../queries";
import { keyText } from "../state/levels";
import { STYLE_OF } from "./palette";
import type { Draw } from "./Chart";
import { shade } from "./shade";
import { labelOf, tooltip, wrapped } from "./tooltip";

/** Clicked: a tile is opened, a piece of a bar asks for its cases. */
export type OverviewAct = { key: string; said: (typeof SAID)[number] | null };
export const BARS = 15;

/** Areas are numbers of cases; the shade says the same once more. */
export function treemap(
  rows: readonly FindingRow[],
  assertion: SpokenAs,
  reported: number,
): Draw {
  return (palette) => {
    const shown = rows.filter((row) => countOf(row, assertion) > 0);
    const most = Math.max(1, ...shown.map((row) => countOf(row, assertion)));
    return {
      tooltip: tooltip(palette),
      series: [
        {
          type: "treemap",
          roam: false,
          nodeClick: false,
          breadcrumb: { show: false },
          left: 0,
          right: 0,
          top: 0,
          bottom: 0,
          visibleMin: 0,
          itemStyle: { borderColor: palette.surface, borderWidth: 1, gapWidth: 2 },
          label: { fontSize: 12, lineHeight: 16, overflow: "truncate" },
          emphasis: { itemStyle: { borderColor: palette.text, borderWidth: 2 } },
          data: shown.map((row) => {
            const count = countOf(row, assertion);
            const [colour, ink] = shade(count / most, palette);
            return {
              name: row.key,
              value: count,
              itemStyle: { color: colour },
              label: { color: ink, formatter: `${keyText(row.key)}  ${whole(count)}\n${row.description}` },
              told: told(row, reported),
              act: { key: row.key, said: null } satisfies OverviewAct,
            };
          }),
        },
      ],
    };
  };
}

/** The most frequent keys, each with its cases by what is said of it. */
export function assertionBars(
  rows: readonly FindingRow[],
  reported: number,
): Draw {
  return (palette, isNarrow) => {
    const shown = rows.slice(0, BARS).reverse();
    return {
      tooltip: tooltip(palette),
      aria: { enabled: true, label: { enabled: false }, decal: { show: true } },
      legend: { top: 0, type: "scroll", textStyle: { color: palette.text }, pageTextStyle: { color: palette.text }, pageIconColor: palette.dimmed },
      grid: { left: 8, right: 24, top: 36, bottom: 8, containLabel: true },
      xAxis: {
        type: "value",
        minInterval: 1,
        axisLabel: { color: palette.dimmed },
        splitLine: { lineStyle: { color: palette.line } },
      },
      yAxis: {
        type: "category",
        data: shown.map((row) => labelOf(row, 34, isNarrow)),
        axisLabel: { color: palette.text },
        axisLine: { lineStyle: { color: palette.line } },
      },
      series: SAID.map((said) => ({
        type: "bar",
        name: said,
        stack: "said",
        itemStyle: { color: palette.series[STYLE_OF[said].colour] },
        data: shown.map((row) => ({
          value: row[said],
          told: `${wrapped(`${keyText(row.key)} ${row.description}`)}\n${said}: ${whole(row[said])} of ${whole(reported)}\n${wrapped(MEANING[said])}`,
          act: { key: row.key, said } satisfies OverviewAct,
        })),
      })),
    };
  };
}

function told(row: FindingRow, reported: number): string {
  const counts = SAID.filter((said) => row[said] > 0).map(
    (said) => `${said}: ${whole(row[said])} (${percent(row[said], reported)})`,
  );
  return [wrapped(`${keyText(row.key)} ${row.description}`), ...counts].join("\n");
}
