import { lazy, Suspense } from "react";
import type { RangeHref } from "../../echo/panel/SimilarHearts";
import type { AskedHeart as Asked } from "../../echo/queries";
import classes from "./QueryCard.module.css";

const QueryHeart = lazy(() => import("../../echo/query/QueryHeart"));
const ULTRASOUND = new Set(["US", "IVUS"]);

type Props = {
  picture: { modality: string; frames: number; studyUid: string; seriesUid: string; instanceUid: string; date: string | null };
  label: string;
  asked: Asked;
  hrefOf: RangeHref;
};

/** How the heart beats that is asked with: of ultrasound, and of single pictures only where a heart is seen. */
export function AskedHeart({ picture, ...rest }: Props) {
  if (!ULTRASOUND.has(picture.modality)) return null;
  return (
    <Suspense fallback={picture.frames > 1 && <div className={classes.heart} />}>
      <QueryHeart key={picture.instanceUid} picture={picture} {...rest} />
    </Suspense>
  );
}
