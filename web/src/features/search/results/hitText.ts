import { ageAndSex, bodyPartText, dateText, sideText } from "../../../ui/format";
import type { HitData } from "../queries";

/** What a hit is called: "CR · Chest · PA · left". */
export function hitTitle({ instance, case: { modalities, description } }: HitData): string {
  const parts = instance
    ? [
        instance.modality,
        bodyPartText(instance.bodyPart),
        instance.view,
        sideText(instance.laterality),
        !instance.modality && !instance.bodyPart && (instance.description || description || "Image, modality not known"),
      ]
    : [modalities.join("/"), description];
  return parts.filter(Boolean).join(" · ") || "Case";
}

/** How it beats where that is known, whose and when: "EF 38 % (corrected) · 64 y, female · 14 May 2019". */
export function hitSubtitle({ instance, case: study }: HitData): string {
  const person = ageAndSex(instance?.ageYears ?? study.ageYears, instance?.sex ?? study.sex);
  const ef = study.ejectionFraction === null ? "" : `EF ${study.ejectionFraction.toFixed(0)} %${study.heartCorrected ? " (corrected)" : ""}`;
  return [ef, person, dateText(instance?.date ?? study.date)].filter(Boolean).join(" · ");
}

/** Labels of the image first, then those of its case. */
export function hitLabels({ instance, case: { labels } }: HitData): string[] {
  return [...new Set([...(instance?.labels ?? []), ...labels])];
}

export function scoreText(score: number): string {
  return score.toFixed(3);
}

/** How this one score came about, for a tooltip. */
export function scoreDetail({ cosine, textScore, frame, instance }: HitData): string {
  return [
    cosine === null ? "" : `Cosine with the picture ${cosine.toFixed(4)} (-1 to 1).`,
    textScore === null ? "" : `Relevance of the text ${textScore.toFixed(3)}.`,
    frame !== null && (instance?.frames ?? 1) > 1 ? `Best frame: ${frame + 1} of ${instance?.frames ?? 1}.` : "",
  ]
    .filter(Boolean)
    .join(" ");
}

export function hasScore({ cosine, textScore }: HitData): boolean {
  return cosine !== null || textScore !== null;
}
