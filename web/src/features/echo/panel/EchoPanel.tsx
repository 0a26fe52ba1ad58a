import { Button, Text } from "@mantine/core";
import { asApiError } from "../../../api/errors";
import type { StackPane } from "../../viewer/stack/StackPane";
import { EJECTION_FRACTION, measured } from "../logic/heart";
import { beatNumbers, isStill, toldNumbers } from "../logic/numbers";
import type { AskedHeart } from "../queries";
import type { EchoChoice } from "../state/choice";
import type { EchoStore } from "../state/EchoStore";
import { useReading } from "../state/useReading";
import { AreaCurve } from "./AreaCurve";
import { BeatTable } from "./BeatTable";
import { Drawing } from "./Drawing";
import { Headline } from "./Headline";
import { AfterCorrections, BothPlanes, Caveats, ModelLine, OtherNumbers, ScaleLine } from "./Notes";
import classes from "./Panel.module.css";
import { Pickers } from "./Pickers";
import { PanelSkeleton } from "./PanelSkeleton";
import { Readings } from "./Readings";
import { type RangeHref, SimilarHearts } from "./SimilarHearts";
import { StillSizes } from "./StillSizes";
import { StripLines } from "./StripLines";

type Props = {
  studyUid: string;
  instanceUid: string;
  /** The viewport that shows the image; null while there is none. */
  pane: StackPane | null;
  store: EchoStore;
  choice: EchoChoice;
  onChoice: (change: Partial<EchoChoice>) => void;
  /** What similar hearts are similar to, and where a range of ejection fractions leads. */
  asked: AskedHeart;
  hrefOf: RangeHref;
  /** Whether contours can be corrected here. */
  mayDraw?: boolean;
  /** Before someone draws: the cine stops. */
  onDraw?: () => void;
};

/** How a heart beats: numbers, how they were made, and people's corrections of them. */
export function EchoPanel(props: Props) {
  const { studyUid, instanceUid, pane, store, choice, onChoice, asked, hrefOf, mayDraw = true, onDraw } = props;
  const { data, error, isPending, retry, readings, reading, heart, draft } = useReading(instanceUid, choice.reading, store);
  if (isPending) return <PanelSkeleton />;
  if (error || !data || !reading) return <NotMeasured sentence={asApiError(error).message} onRetry={retry} />;
  const limits = data.thresholdSets.find(({ name }) => name === choice.limits) ?? data.thresholdSets.find(({ isDefault }) => isDefault);
  const isChanged = (draft?.past.length ?? 0) > 0;
  const { trace, measurements } = reading;
  const named = (rows: typeof measurements) => measured(rows, EJECTION_FRACTION, choice.method) ?? measured(rows, EJECTION_FRACTION);
  const still = heart && isStill(heart) ? heart : null;
  // Numbers of several images after corrections are those of the latest of each.
  const isLatest = reading.id !== "" && reading === readings[1];
  const single = named(measurements);
  const isOther = single?.reason?.code === "other_still" || (still !== null && reading.id !== "");
  const own = (isOther ? named(reading.id === "" ? data.together : isLatest ? data.togetherCorrected : []) : undefined) ?? single;
  const beats = heart ? (isChanged ? beatNumbers(heart, choice.method) : toldNumbers(heart, choice.method, measurements)) : [];
  return (
    <section className={classes.panel} aria-label="Heart">
      <Readings studyUid={studyUid} readings={readings} chosen={reading} isDrawing={draft !== null} onChoose={(id) => onChoice({ reading: id })} />
      <Headline beats={beats} told={isChanged && !still ? null : own} limits={limits} all={data.thresholdSets} isDraft={isChanged && !still} reason={own?.reason ?? trace?.reason ?? null} />
      {still && reading.id === "" && <AfterCorrections ef={named(data.togetherCorrected)} />}
      {still && <StillSizes heart={still} trace={trace} method={choice.method} isDraft={isChanged} />}
      <BothPlanes machine={data.together} corrected={data.togetherCorrected} />
      {heart && (
        <Drawing reading={reading} studyUid={studyUid} instanceUid={instanceUid} isStored={data.stored} mayDraw={mayDraw} pane={pane} store={store} onDraw={onDraw} onSaved={(id) => onChoice({ reading: id })} />
      )}
      {heart && (
        <>
          {beats.length > 0 && <BeatTable beats={beats} unit={trace?.volumeUnit ?? ""} isScaled={heart.scale.known} onSeek={(frame) => pane?.scrollTo(frame)} />}
          <ScaleLine trace={trace} />
          {heart.ventricles.length > 1 && <AreaCurve heart={heart} pane={pane} instanceUid={instanceUid} unit={trace?.areaUnit ?? ""} />}
        </>
      )}
      {data.strip && <StripLines strip={data.strip} store={store} />}
      {(own?.value != null || beats.length > 0) && <Pickers sets={data.thresholdSets} limits={limits?.name ?? ""} method={data.strip ? null : choice.method} onChoice={onChoice} />}
      {!heart && measurements.length === 0 && <Text size="sm">Nothing has been measured in this image.</Text>}
      <Caveats notes={own?.quality ?? []} />
      {own?.value != null && <SimilarHearts asked={asked} studyUid={studyUid} ef={own.value} hrefOf={hrefOf} />}
      <OtherNumbers rows={measurements} own={own} hasTable={beats.length > 0} />
      <ModelLine modelId={trace?.modelId ?? own?.modelId ?? ""} />
    </section>
  );
}

function NotMeasured({ sentence, onRetry }: { sentence: string; onRetry: () => void }) {
  return (
    <section className={classes.panel} aria-label="Heart">
      <Text fw={600}>No ejection fraction</Text>
      <Text size="sm" role="status">
        {sentence}
      </Text>
      <div>
        <Button size="xs" variant="default" onClick={onRetry}>
          Try again
        </Button>
      </div>
    </section>
  );
}
