import { Tabs } from "@mantine/core";
import { useState } from "react";
import { AboutCase } from "./AboutCase";
import classes from "./CasePage.module.css";
import { HeaderTable } from "./HeaderTable";
import type { CaseData } from "./queries";
import { ReportPanel } from "./ReportPanel";

type Props = { data: CaseData; instanceUid: string | null };

/** What is known beside the pictures. */
export function SidePanel({ data, instanceUid }: Props) {
  const [tab, setTab] = useState<string | null>("report");
  return (
    <aside className={classes.side} aria-label="About the case">
      <Tabs value={tab} onChange={setTab} keepMounted={false}>
        <Tabs.List grow>
          <Tabs.Tab value="report">Report</Tabs.Tab>
          <Tabs.Tab value="header">Header</Tabs.Tab>
          <Tabs.Tab value="about">Labels and notes</Tabs.Tab>
        </Tabs.List>
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
