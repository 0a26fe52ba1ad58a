import { Tabs } from "@mantine/core";
import { useState } from "react";
import { EchoPanel } from "../echo/panel/EchoPanel";
import type { EchoChoice } from "../echo/state/choice";
import type { EchoStore } from "../echo/state/EchoStore";
import { likeLink } from "../search/state/links";
import type { StackPane } from "../viewer/stack/StackPane";
import { AboutCase } from "./AboutCase";
import classes from "./CasePage.module.css";
import { HeaderTable } from "./HeaderTable";
import type { CaseData } from "./queries";
import { ReportPanel } from "./ReportPanel";

type Props = {
  data: CaseData;
  instanceUid: string | null;
  /** The image if it may show a beating heart. */
  heartUid: string | null;
  pane: StackPane | null;
  echo: EchoStore;
  choice: EchoChoice;
  onChoice: (change: Partial<EchoChoice>) => void;
  onDraw: () => void;
};

/** What is known beside the pictures. */
export function SidePanel({ data, instanceUid, heartUid, pane, echo, choice, onChoice, onDraw }: Props) {
  const [chosen, setTab] = useState<string | null>(null);
  const usual = heartUid ? "heart" : "report";
  const tab = chosen === null || (chosen === "heart" && !heartUid) ? usual : chosen;
  return (
    <aside className={classes.side} aria-label="About the case">
      <Tabs value={tab} onChange={setTab} keepMounted={false} classNames={{ tab: classes.tab ?? "" }}>
        <Tabs.List grow>
          {heartUid && <Tabs.Tab value="heart">Heart</Tabs.Tab>}
          <Tabs.Tab value="report">Report</Tabs.Tab>
          <Tabs.Tab value="header">Header</Tabs.Tab>
          <Tabs.Tab value="about">Labels and notes</Tabs.Tab>
        </Tabs.List>
        {heartUid && (
          <Tabs.Panel value="heart" className={classes.panel}>
            <EchoPanel
              key={heartUid}
              studyUid={data.studyUid}
              instanceUid={heartUid}
              pane={pane}
              store={echo}
              choice={choice}
              onChoice={onChoice}
              asked={{ like: heartUid }}
              hrefOf={(range) => likeLink(heartUid, range)}
              onDraw={onDraw}
            />
          </Tabs.Panel>
        )}
        <Tabs.Panel value="report" className={classes.panel}>
          <ReportPanel studyUid={data.studyUid} reports={data.reports} />
        </Tabs.Panel>
        <Tabs.Panel value="header" className={classes.panel}>
          <HeaderTable instanceUid={instanceUid} />
        </Tabs.Panel>
        <Tabs.Panel value="about" className={classes.panel}>
          <AboutCase data={data} />
        </Tabs.Panel>
      </Tabs>
    </aside>
  );
}
