import { Badge, Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { ErrorNotice } from "../../../ui/ErrorNotice";
import type { RangeHref } from "../../echo/panel/SimilarHearts";
import { likeQuery } from "../queries";
import { withoutPicture } from "../state/searchState";
import type { UpdateSearch } from "../state/useSearchState";
import { AskedHeart } from "./AskedHeart";
import { type ModelData, QueryCard, QueryCardSkeleton } from "./QueryCard";

type Props = {
  uid: string;
  frame: number | null;
  model: ModelData | null;
  update: UpdateSearch;
  onFrame: (frame: number | null) => void;
  hrefOf: RangeHref;
};

/** The stored image that hits should look like. */
export function AskedImage({ uid, frame, model, update, onFrame, hrefOf }: Props) {
  const { data: image, error, isPending, refetch } = useQuery(likeQuery(uid));
  if (isPending) return <QueryCardSkeleton />;
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <QueryCard
        title="More like this image"
        facts={image}
        thumbnail={image.thumbnail}
        badge={
          <Badge variant="light" color="teal">
            In the archive
          </Badge>
        }
        note=""
        frame={frame}
        model={model}
        onFrame={onFrame}
        onRemove={() => update((state) => withoutPicture(state))}
        actions={
          <Button
            size="xs"
            variant="default"
            component={Link}
            to={`/case/${image.studyUid}?series=${image.seriesUid}&instance=${image.instanceUid}`}
          >
            Open its case
          </Button>
        }
      />
      <AskedHeart picture={image} label={image.frames > 1 ? "Cine" : "Picture"} asked={{ like: uid }} hrefOf={hrefOf} />
    </>
  );
}
