import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { mockServer } from "./dev/mock/plugin";
import { precompress } from "./dev/precompress";
import { withoutInlinedFonts } from "./dev/withoutInlinedFonts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const SERVER = process.env.SIMILIS_SERVER ?? "http://127.0.0.1:8000";

// The server refuses requests of another origin, so the development proxy speaks as the server's own page.
const proxied = {
  target: SERVER,
  changeOrigin: true,
  headers: { origin: SERVER },
};

export default defineConfig({
  plugins: [react(), withoutInlinedFonts(), precompress(), mockServer(process.env.SIMILIS_MOCK === "1")],
  resolve: {
    // A dependency of cornerstone's that only writes XML; bundled as it is, the page dies at start.
    alias: { xmlbuilder2: here("./src/app/noXmlBuilder.ts") },
  },
  worker: { format: "es" },
  optimizeDeps: {
    exclude: ["@cornerstonejs/dicom-image-loader"],
    include: [
      "dicom-parser",
      "@cornerstonejs/codec-charls/decodewasmjs",
      "@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs",
      "@cornerstonejs/codec-libjxl/decodewasmjs",
      "@cornerstonejs/codec-openjpeg/decodewasmjs",
      "@cornerstonejs/codec-openjph/wasmjs",
    ],
  },
  build: {
    target: "es2023",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 6000,
  },
  server: {
    proxy: Object.fromEntries(
      ["/graphql", "/api", "/dicomweb", "/sign-in"].map((path) => [path, proxied]),
    ),
  },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["dev/testSetup.ts"],
    maxWorkers: 2,
  },
});
