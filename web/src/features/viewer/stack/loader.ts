import {
  cache,
  imageRetrievalPoolManager,
  registerImageLoader,
  utilities,
  type Types,
} from "@cornerstonejs/core";
import { wadors } from "@cornerstonejs/dicom-image-loader";
import { decodesToPlanes, markedAsRgb } from "../dicom/jpeg";
import { number, text } from "../dicom/json";
import { TAG } from "../dicom/tags";
import { asStored } from "../logic/storedBits";
import { headerOf, setPlanes } from "./provider";

type Loader = Parameters<typeof registerImageLoader>[1];

/** Puts a check of the decoded values between the library's loader and its cache. */
export function registerCheckedLoader(): void {
  const load: Loader = (imageId, options) => {
    const { promise, ...rest } = wadors.loadImage(imageId, options);
    const loading = { ...rest, promise: promise.then(checked) };
    // The library would put it into its cache itself, but leave a failure there uncaught.
    cache.putImageLoadObject(imageId, loading).catch(() => undefined);
    return loading;
  };
  registerImageLoader("wadors", load);
}

const underway = new Map<string, XMLHttpRequest>();

/** Called with each request before it is sent. */
export function beforeSending(request: XMLHttpRequest, imageId: string): void {
  underway.set(imageId, request);
  request.addEventListener("loadend", () => underway.delete(imageId));
}

/** Drops what was asked for these images and has not come yet. */
export function abandon(imageIds: readonly string[]): void {
  const gone = new Set(imageIds);
  imageRetrievalPoolManager.filterRequests(
    ({ additionalDetails }) => !gone.has(String(additionalDetails.imageId)),
  );
  for (const imageId of imageIds) underway.get(imageId)?.abort();
}

/** Called with each answer before its frame is decoded. */
export function beforeDecoding(request: XMLHttpRequest): Promise<ArrayBuffer> {
  const answer = request.response as ArrayBuffer;
  const imageId = `wadors:${request.responseURL}`;
  const header = headerOf(imageId);
  if (!header || number(header, TAG.SamplesPerPixel) !== 3) return Promise.resolve(answer);
  const bytes = new Uint8Array(answer);
  if (decodesToPlanes(bytes)) setPlanes(imageId);
  const isRgb = text(header, TAG.PhotometricInterpretation) === "RGB";
  return Promise.resolve((isRgb ? markedAsRgb(bytes)?.buffer : null) ?? answer);
}

function checked(image: Types.IImage): Types.IImage {
  const header = headerOf(image.imageId);
  if (!header || image.color) return image;
  const pixels = asStored(image.getPixelData(), {
    bits: number(header, TAG.BitsStored) ?? 0,
    signed: number(header, TAG.PixelRepresentation) === 1,
    slope: image.preScale?.scaled ? (number(header, TAG.RescaleSlope) ?? 1) : 1,
    intercept: image.preScale?.scaled ? (number(header, TAG.RescaleIntercept) ?? 0) : 0,
  });
  return pixels ? withPixels(image, pixels) : image;
}

function withPixels(image: Types.IImage, pixels: Float32Array): Types.IImage {
  const [least, most] = extremes(pixels);
  image.voxelManager = utilities.VoxelManager.createImageVoxelManager({
    scalarData: pixels,
    width: image.columns,
    height: image.rows,
    numberOfComponents: 1,
  });
  image.getPixelData = () => pixels;
  image.dataType = "Float32Array";
  image.sizeInBytes = pixels.byteLength;
  image.minPixelValue = least;
  image.maxPixelValue = most;
  return image;
}

function extremes(pixels: Float32Array): [number, number] {
  let least = Infinity;
  let most = -Infinity;
  for (const value of pixels) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return [least, most];
}
