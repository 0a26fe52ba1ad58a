import type { SearchPageData } from "../queries";
import type { RangeHref } from "../../echo/panel/SimilarHearts";
import { efLink } from "../state/links";
import { type SearchState, withFile, withoutFile } from "../state/searchState";
import type { UpdateSearch } from "../state/useSearchState";
import { AskedFile } from "./AskedFile";
import { AskedImage } from "./AskedImage";
import { FileChips } from "./FileChips";

type Props = {
  state: SearchState;
  update: UpdateSearch;
  answer: SearchPageData | undefined;
  onAddFile: ((file: File | null) => void) | null;
};

/** The picture that is asked about, and the other dropped files to switch to. */
export function QueryPanel({ state, update, answer, onAddFile }: Props) {
  const model = answer?.model ?? null;
  const hrefOf: RangeHref = (range) => efLink(state, range);
  const onFrame = (frame: number | null) => update({ frame });
  return (
    <>
      {state.files.some((id) => id !== state.file) && (
        <FileChips
          ids={state.files}
          active={state.file}
          onChoose={(id) => update((now) => withFile(now, id))}
          onPutAway={(id) => update((now) => withoutFile(now, id))}
        />
      )}
      {state.file && (
        <AskedFile
          key={state.file}
          id={state.file}
          frame={state.frame}
          model={model}
          update={update}
          onFrame={onFrame}
          onAdd={onAddFile}
          hrefOf={hrefOf}
        />
      )}
      {state.like && (
        <AskedImage key={state.like} uid={state.like} frame={state.frame} model={model} update={update} onFrame={onFrame} hrefOf={hrefOf} />
      )}
    </>
  );
}
