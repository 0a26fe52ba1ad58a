import { useComputedColorScheme } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import type { EChartsCoreOption, EChartsType } from "echarts/core";
import { useEffect, useRef, useState } from "react";
import classes from "./Chart.module.css";
import { type Palette, PALETTES } from "./palette";

/** A chart in the colours of the page; on a narrow screen with short labels. */
export type Draw = (palette: Palette, isNarrow: boolean) => EChartsCoreOption;
/** What a mark carries to the one who clicks it. */
export type Datum = { act?: unknown };
type Props<Act> = {
  /** What the chart shows, in words; the table beside it has the numbers. */
  label: string;
  height: number;
  draw: Draw;
  onAct: (act: Act) => void;
};

/** A chart as SVG. Its marks are for the mouse; the table beside it does the same by keyboard. */
export function Chart<Act>({ label, height, draw, onAct }: Props<Act>) {
  const scheme = useComputedColorScheme("dark");
  const isNarrow = useMediaQuery("(width < 40em)", false, { getInitialValueInEffect: false });
  const [place, chart, failed] = useChart();
  const act = useRef(onAct);
  useEffect(() => {
    act.current = onAct;
  });
  useEffect(() => {
    chart?.setOption({ ...common(PALETTES[scheme]), ...draw(PALETTES[scheme], isNarrow) }, { notMerge: true });
  }, [chart, scheme, isNarrow, draw]);
  useEffect(() => {
    chart?.resize();
  }, [chart, height]);
  useEffect(() => {
    if (!chart) return;
    const listen = ({ data }: { data?: unknown }) => {
      const carried = (data as Datum | null)?.act;
      if (carried !== undefined) act.current(carried as Act);
    };
    chart.on("click", listen);
    return () => {
      chart.off("click", listen);
    };
  }, [chart]);
  if (failed) return <p className={classes.failed}>The chart could not be loaded; the table says the same.</p>;
  return <div ref={place} role="img" aria-label={label} className={classes.chart} style={{ blockSize: height }} />;
}

function useChart(): [React.RefObject<HTMLDivElement | null>, EChartsType | null, boolean] {
  const place = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<EChartsType | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    let made: EChartsType | null = null;
    let gone = false;
    const watcher = new ResizeObserver(() => made?.resize());
    import("./echarts")
      .then(({ init }) => {
        if (gone) return;
        made = init(element, null, { renderer: "svg" });
        watcher.observe(element);
        setChart(made);
      })
      .catch(() => setFailed(true));
    return () => {
      gone = true;
      watcher.disconnect();
      made?.dispose();
      setChart(null);
    };
  }, []);
  return [place, chart, failed];
}

/** No motion, letters of the page, tooltips drawn as SVG: the server lets no style into the page's markup. */
function common({ text, surface, line }: Palette): EChartsCoreOption {
  return {
    animation: false,
    textStyle: { color: text, fontFamily: "Inter, 'Segoe UI', system-ui, sans-serif", fontSize: 12 },
    tooltip: {
      renderMode: "richText",
      confine: true,
      backgroundColor: surface,
      borderColor: line,
      textStyle: { color: text, fontSize: 12 },
    },
  };
}
