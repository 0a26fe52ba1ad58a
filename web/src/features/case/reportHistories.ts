import type { ReportData } from "./queries";

export type ReportHistory = { current: ReportData; earlier: ReportData[] };

/** Versions of each report together: the one that counts, and the others from the newest on. */
export function reportHistories(reports: readonly ReportData[]): ReportHistory[] {
  const ids = [...new Set(reports.map(({ reportId }) => reportId))];
  return ids.flatMap((id) => {
    const versions = reports.filter(({ reportId }) => reportId === id);
    const newestFirst = versions.sort((a, b) => b.version - a.version);
    const current = newestFirst.find((one) => one.current) ?? newestFirst[0];
    if (!current) return [];
    return [{ current, earlier: newestFirst.filter((one) => one !== current) }];
  });
}
