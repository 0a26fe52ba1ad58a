import { ageAndSex, bodyPartText, countText, dateText, sideText } from "../../../ui/format";

export type PictureFacts = {
  modality: string;
  bodyPart: string;
  view: string;
  laterality: string;
  sex: string;
  ageYears: number | null;
  date: string | null;
  description: string;
  rows: number;
  columns: number;
  frames: number;
  lossy: boolean;
};

/** What the header told of a picture, the most telling first; what it left out is left out. */
export function understood(facts: PictureFacts): string[] {
  return [
    facts.modality,
    bodyPartText(facts.bodyPart),
    facts.view && `view ${facts.view}`,
    sideText(facts.laterality),
    ageAndSex(facts.ageYears, facts.sex),
    dateText(facts.date),
    facts.description,
    facts.rows > 0 ? `${facts.columns} × ${facts.rows}` : "",
    facts.frames > 1 ? countText(facts.frames, "frame") : "",
    facts.lossy ? "compressed with loss" : "",
  ].filter(Boolean);
}
