import { countOf, type SpokenAs } from "../logic/assertions";
import { ratio, whole } from "../logic/numbers";
import type { Pairs } from "../queries";
import { keyText } from "../state/levels";
import type { Draw } from "./Chart";
import { shade } from "./shade";
import { labelOf, tooltip, wrapped } from "./tooltip";

export type PairAct = { keys: string[] };

/** Keys against keys; the diagonal has the cases of each alone. */
export function heatmap(data: Pairs, assertion: SpokenAs): Draw {
  return (palette, isNarrow) => {
    const keys = data.keys.map(({ key }) => key);
    const names = new Map(data.keys.map((row) => [row.key, row.description]));
    const most = Math.max(1, ...data.pairs.map(({ cases }) => cases));
    const place = (key: string) => keys.indexOf(key);
    const both = data.pairs.flatMap(({ one, other, cases, lift }) => {
      const told = [
        wrapped(`${keyText(one)} ${names.get(one) ?? ""}`),
        wrapped(`with ${keyText(other)} ${names.get(other) ?? ""}`),
        `${whole(cases)} of ${whole(data.reportedCases)} cases with a report`,
        `lift ${ratio(lift)}`,
      ].join("\n");
      const [color, ink] = shade(cases / most, palette);
      const cell = {
        told,
        itemStyle: { color },
        label: { color: ink },
        act: { keys: [one, other] } satisfies PairAct,
      };
      return [
        { ...cell, value: [place(one), place(other), cases] },
        { ...cell, value: [place(other), place(one), cases] },
      ];
    });
    const alone = data.keys.map((row) => ({
      value: [place(row.key), place(row.key), countOf(row, assertion)],
      itemStyle: { color: palette.line },
      label: { color: palette.text },
      told: `${wrapped(`${keyText(row.key)} ${row.description}`)}\n${whole(countOf(row, assertion))} cases`,
      act: { keys: [row.key] } satisfies PairAct,
    }));
    const axis = {
      type: "category",
      axisTick: { show: false },
      axisLine: { lineStyle: { color: palette.line } },
    };
    return {
      tooltip: tooltip(palette),
      grid: { left: 8, right: 8, top: 8, bottom: 8, containLabel: true },
      xAxis: { ...axis, data: keys.map(keyText), axisLabel: { color: palette.text, rotate: 35 } },
      yAxis: {
        ...axis,
        inverse: true,
        data: data.keys.map((row) => labelOf(row, 26, isNarrow)),
        axisLabel: { color: palette.text },
      },
      series: [
        {
          type: "heatmap",
          label: { show: true, fontSize: 11, formatter: ({ value }: { value: number[] }) => whole(value[2] ?? 0) },
          itemStyle: { borderColor: palette.surface, borderWidth: 2 },
          data: [...both, ...alone],
        },
      ],
    };
  };
}
