import type { InstanceData, SeriesData } from "./queries";

/** What the strip offers as one thing to look at: the stills of a series, or one of its cines. */
export type DisplaySet = {
  key: string;
  seriesUid: string;
  instanceUid: string;
  label: string;
  images: number;
  thumbnail: string | null;
  viewable: boolean;
};

/** In order of series; within one, stills first: as the viewer stacks them. */
export function displaySetsOf(series: readonly SeriesData[]): DisplaySet[] {
  return series.flatMap((one) => {
    const stills = one.instances.filter(({ frames }) => frames <= 1);
    const cines = one.instances.filter(({ frames }) => frames > 1);
    return [
      ...(stills.length > 0 ? [stillSet(one, stills)] : []),
      ...cines.map((cine) => setOf(one, cine, cine.frames, cine.thumbnail ?? null)),
    ];
  });
}

/** The set that shows an instance, else the first of a series, else the first of all. */
export function displaySetWith(
  sets: readonly DisplaySet[],
  series: readonly SeriesData[],
  seriesUid: string | null,
  instanceUid: string | null,
): DisplaySet | undefined {
  const home = series.find((one) =>
    one.instances.some((image) => image.instanceUid === instanceUid),
  );
  const cine = sets.find((set) => set.images > 1 && set.instanceUid === instanceUid);
  const still = sets.find((set) => set.seriesUid === home?.seriesUid);
  return cine ?? still ?? sets.find((set) => set.seriesUid === seriesUid) ?? sets[0];
}

function stillSet(series: SeriesData, stills: readonly InstanceData[]): DisplaySet {
  const first = stills.find(({ viewable }) => viewable) ?? stills[0];
  const middle = stills[Math.floor(stills.length / 2)];
  if (!first) throw new RangeError("A set of stills has at least one.");
  return setOf(series, first, stills.length, middle?.thumbnail ?? series.thumbnail ?? null);
}

function setOf(
  series: SeriesData,
  first: InstanceData,
  images: number,
  thumbnail: string | null,
): DisplaySet {
  const number = series.number == null ? "" : `${series.number} `;
  return {
    key: `${series.seriesUid}/${first.instanceUid}`,
    seriesUid: series.seriesUid,
    instanceUid: first.instanceUid,
    label: `${number}${series.description || series.modality || "Series"}`,
    images,
    thumbnail,
    viewable: first.viewable,
  };
}
