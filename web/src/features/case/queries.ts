import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { execute } from "../../api/graphql";
import type { CasePageQuery } from "../../gql/graphql";
import type { PaneSource } from "../viewer/paneSource";
import { CASE, HEADER, QUERY_FILE_IMAGE, QUERY_IMAGE } from "./documents";

export type CaseData = CasePageQuery["case"];
export type SeriesData = CaseData["series"][number];
export type InstanceData = SeriesData["instances"][number];
export type ReportData = CaseData["reports"][number];

/** A case; `text` is what was searched, whose words its reports mark. */
export function caseQuery(uid: string, text: string) {
  return queryOptions({
    queryKey: ["case", uid, text],
    queryFn: async ({ signal }) => (await execute(CASE, { uid, text: text || null }, signal)).case,
    placeholderData: keepPreviousData,
  });
}

export function headerQuery(uid: string) {
  return queryOptions({
    queryKey: ["header", uid],
    queryFn: async ({ signal }) => (await execute(HEADER, { uid }, signal)).instance,
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });
}

/** What was asked with: an uploaded file or a stored image. */
export type Asked = { file: string } | { like: string };

/** Where the viewer finds the picture that was asked with; null where its pixels are not kept. */
export function askedImageQuery(asked: Asked | null) {
  return queryOptions({
    queryKey: ["askedImage", asked],
    queryFn: ({ signal }) => (asked ? askedImage(asked, signal) : null),
    enabled: asked !== null,
    staleTime: Infinity,
  });
}

async function askedImage(asked: Asked, signal: AbortSignal): Promise<PaneSource | null> {
  if ("file" in asked) {
    const { queryFile } = await execute(QUERY_FILE_IMAGE, { id: asked.file }, signal);
    return { label: "Query", pseudonym: "Uploaded, not stored", ...queryFile };
  }
  const { instance, case: owner } = await execute(QUERY_IMAGE, { uid: asked.like }, signal);
  return instance.viewable ? { label: "Query", pseudonym: owner.patient, ...instance } : null;
}
