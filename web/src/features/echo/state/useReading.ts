import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { drafted } from "../logic/draft";
import { type Heart, type HeartData, heartOf, type MeasurementData, type TraceData } from "../logic/heart";
import { heartQuery } from "../queries";
import { type EchoStore, useEchoState } from "./EchoStore";

/** A clip as the machine sees it (`id` ""), or as a person does. */
export type Reading = {
  id: string;
  author: string | null;
  at: string | null;
  comment: string;
  choseBeats: boolean;
  trace: TraceData | null;
  measurements: readonly MeasurementData[];
  heart: Heart | null;
};

/** The machine's, and people's corrections, the latest first. */
export function readingsOf({ trace, measurements, corrections }: HeartData): Reading[] {
  const machine: Reading = {
    id: "",
    author: null,
    at: null,
    comment: "",
    choseBeats: false,
    trace,
    measurements,
    heart: trace && heartOf(trace),
  };
  const people = corrections.map((one): Reading => ({
    ...one,
    id: one.annotationId,
    heart: heartOf(one.trace, one.editedFrames),
  }));
  return [machine, ...people];
}

/** What is known of an image's heart; `heart` is as drafted where someone is drawing. */
export function useReading(instanceUid: string | null, id: string, store: EchoStore) {
  const { data, error, isPending, refetch } = useQuery(heartQuery(instanceUid));
  const { draft, instanceUid: draftedUid } = useEchoState(store);
  const readings = useMemo(() => (data ? readingsOf(data) : []), [data]);
  const reading = readings.find((one) => one.id === id) ?? readings[0];
  const own = draft && draftedUid === instanceUid ? draft : null;
  const heart = useMemo(() => (own ? drafted(own) : (reading?.heart ?? null)), [own, reading]);
  return { data: data ?? null, error, isPending, retry: () => void refetch(), readings, reading, heart, draft: own };
}
