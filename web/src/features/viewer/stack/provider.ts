import { inlineBytes, number, numbers, text, texts, type DicomJson } from "../dicom/json";
import { displaySpacing } from "../dicom/spacing";
import type { StackFrame } from "../dicom/frames";
import { TAG } from "../dicom/tags";

/**
 * Headers of the frames on screen, as cornerstone asks for them.
 *
 * Frames are drawn as flat pictures: every plane lies at the origin along the same axes, so that an
 * odd orientation in a file cannot distort it. Where the patient lies is told by the overlays.
 */
const headers = new Map<string, { header: DicomJson; users: number }>();

/** Makes the frames' headers known; returns the frames that nobody uses any more when called off. */
export function registerFrames(frames: readonly StackFrame[]): () => string[] {
  for (const { imageId, header } of frames) {
    const known = headers.get(imageId);
    if (known) known.users += 1;
    else headers.set(imageId, { header, users: 1 });
  }
  return () => frames.map(({ imageId }) => imageId).filter(release);
}

function release(imageId: string): boolean {
  const known = headers.get(imageId);
  if (!known) return false;
  known.users -= 1;
  if (known.users > 0) return false;
  headers.delete(imageId);
  return true;
}

/** Header of a frame that is shown somewhere. */
export function headerOf(imageId: string): DicomJson | undefined {
  return headers.get(imageId)?.header;
}

/** Says of a frame that its pixels come as planes of red, green and blue, whatever its header says. */
export function setPlanes(imageId: string): void {
  const known = headers.get(imageId);
  if (known) known.header = { ...known.header, [TAG.PlanarConfiguration]: { Value: [1] } };
}

type Module = Record<string, unknown>;
const MODULES: Readonly<Record<string, (header: DicomJson) => Module>> = {
  imagePlaneModule: plane,
  imagePixelModule: pixels,
  generalSeriesModule: (header) => ({
    modality: text(header, TAG.Modality),
    seriesInstanceUID: text(header, TAG.SeriesInstanceUID),
    studyInstanceUID: text(header, TAG.StudyInstanceUID),
  }),
  generalImageModule: (header) => ({
    sopInstanceUID: text(header, TAG.SOPInstanceUID),
    instanceNumber: number(header, TAG.InstanceNumber),
  }),
  sopCommonModule: (header) => ({
    sopClassUID: text(header, TAG.SOPClassUID),
    sopInstanceUID: text(header, TAG.SOPInstanceUID),
  }),
  // Any sound window: the viewport sets the right one at once, and of some that files have (0 wide)
  // or that the library makes of a flat picture, an inverted scale stays behind.
  voiLutModule: (header) => ({
    windowCenter: [128],
    windowWidth: [256],
    voiLUTFunction: texts(header, TAG.VOILUTFunction),
  }),
  modalityLutModule: (header) => ({
    rescaleIntercept: number(header, TAG.RescaleIntercept),
    rescaleSlope: number(header, TAG.RescaleSlope),
    rescaleType: text(header, TAG.RescaleType) || undefined,
  }),
};

/** A cornerstone metadata provider: `type` is the name of a module, undefined means "ask another". */
export function provideModule(type: string, imageId: unknown): Module | undefined {
  const known = typeof imageId === "string" ? headers.get(imageId) : undefined;
  return known && MODULES[type]?.(known.header);
}

function plane(header: DicomJson): Module {
  const [row, column] = displaySpacing(header);
  return {
    rows: number(header, TAG.Rows),
    columns: number(header, TAG.Columns),
    imageOrientationPatient: [1, 0, 0, 0, 1, 0],
    rowCosines: [1, 0, 0],
    columnCosines: [0, 1, 0],
    imagePositionPatient: [0, 0, 0],
    pixelSpacing: [row, column],
    rowPixelSpacing: row,
    columnPixelSpacing: column,
    usingDefaultValues: false,
    frameOfReferenceUID: text(header, TAG.FrameOfReferenceUID) || undefined,
  };
}

function pixels(header: DicomJson): Module {
  return {
    samplesPerPixel: number(header, TAG.SamplesPerPixel) ?? 1,
    photometricInterpretation: text(header, TAG.PhotometricInterpretation),
    rows: number(header, TAG.Rows),
    columns: number(header, TAG.Columns),
    bitsAllocated: number(header, TAG.BitsAllocated),
    bitsStored: number(header, TAG.BitsStored),
    highBit: number(header, TAG.HighBit),
    pixelRepresentation: number(header, TAG.PixelRepresentation) ?? 0,
    planarConfiguration: number(header, TAG.PlanarConfiguration) ?? 0,
    ...palette(header),
  };
}

const COLOURS = [
  ["red", TAG.RedPaletteDescriptor, TAG.RedPaletteData],
  ["green", TAG.GreenPaletteDescriptor, TAG.GreenPaletteData],
  ["blue", TAG.BluePaletteDescriptor, TAG.BluePaletteData],
] as const;

function palette(header: DicomJson): Module {
  if (text(header, TAG.PhotometricInterpretation) !== "PALETTE COLOR") return {};
  const tables = COLOURS.map(([colour, descriptorTag, dataTag]) => {
    const descriptor = numbers(header, descriptorTag);
    return {
      [`${colour}PaletteColorLookupTableDescriptor`]: descriptor,
      [`${colour}PaletteColorLookupTableData`]: table(header, dataTag, descriptor),
    };
  });
  return Object.assign({}, ...tables) as Module;
}

/** Entries of a palette (PS3.3 C.7.6.3.1.6): 16-bit words, or packed bytes where there are only as many. */
function table(header: DicomJson, tag: string, descriptor: readonly number[]): number[] {
  const bytes = inlineBytes(header, tag);
  if (!bytes) return numbers(header, tag);
  const entries = descriptor[0] === 0 ? 65_536 : (descriptor[0] ?? 0); // 16 bits cannot hold 65,536
  if (bytes.length < entries * 2) return [...bytes];
  const words = new DataView(bytes.buffer);
  return Array.from({ length: entries }, (_, index) => words.getUint16(index * 2, true));
}
