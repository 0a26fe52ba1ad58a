import {
  cache,
  getConfiguration,
  init as initCore,
  metaData,
  RenderingEngine,
} from "@cornerstonejs/core";
import { init as initLoader } from "@cornerstonejs/dicom-image-loader";
import { beforeDecoding, beforeSending, registerCheckedLoader } from "./loader";
import { provideModule } from "./provider";
import { initTools } from "./tools";

export const ENGINE_ID = "similis";
const CACHE_BYTES = 512 * 1024 * 1024;
const CONTEXTS = 2; // one a viewport: never more than query and hit
const MOST_WORKERS = 4;
const BEFORE_ALL_OTHERS = 10_000;

let started: RenderingEngine | undefined;

/**
 * The page's one rendering engine: viewports come and go, its two WebGL contexts stay.
 *
 * Without WebGL the library draws on the CPU by itself.
 */
export function renderingEngine(): RenderingEngine {
  started ??= start();
  return started;
}

function start(): RenderingEngine {
  const defaults = getConfiguration();
  initCore({ ...defaults, rendering: { ...defaults.rendering, webGlContextCount: CONTEXTS } });
  initLoader({
    maxWebWorkers: workers(),
    beforeSend: beforeSending,
    beforeProcessing: beforeDecoding,
  });
  registerCheckedLoader();
  initTools();
  cache.setMaxCacheSize(CACHE_BYTES);
  metaData.addProvider(provideModule, BEFORE_ALL_OTHERS);
  return new RenderingEngine(ENGINE_ID);
}

function workers(): number {
  return Math.max(1, Math.min(MOST_WORKERS, Math.floor(navigator.hardwareConcurrency / 2)));
}
