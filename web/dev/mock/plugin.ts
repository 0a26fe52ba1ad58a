import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { buildSchema, graphql } from "graphql";
import type { Connect, Plugin } from "vite";
import { picture } from "./picture";
import { resolvers } from "./resolvers";

const SCHEMA = new URL("../../../api/schema.graphql", import.meta.url);
const DELAY_MS = Number(process.env.SIMILIS_MOCK_DELAY_MS ?? 150);

/** Answers the API from invented data, for working on the page without a server (`SIMILIS_MOCK=1 npm run dev`). */
export function mockServer(enabled: boolean): Plugin {
  return {
    name: "mock-server",
    apply: () => enabled,
    configureServer: ({ middlewares }) => answer(middlewares),
    configurePreviewServer: ({ middlewares }) => answer(middlewares),
  };
}

function answer(middlewares: Connect.Server): void {
  const schema = buildSchema(readFileSync(SCHEMA, "utf8"));
  middlewares.use("/graphql", (request, response) => {
    void bodyOf(request).then(async (body) => {
      const { query, variables } = JSON.parse(body) as { query: string; variables: object };
      await new Promise((done) => setTimeout(done, DELAY_MS));
      const rootValue = resolvers;
      sendJson(response, 200, await graphql({ schema, source: query, rootValue, variableValues: { ...variables } }));
    });
  });
  middlewares.use("/api/thumbnails", sendPicture);
  middlewares.use("/api/query-files", (request, response) => {
    if (request.method === "GET") sendPicture(request, response);
    else void bodyOf(request).then(() => sendJson(response, 201, { id: `file-${Date.now()}` }));
  });
  middlewares.use("/api/uploads", (request, response) => {
    void bodyOf(request).then(() => sendJson(response, 202, { jobId: `job-${Date.now()}` }));
  });
  middlewares.use("/api/export", (_request, response) => {
    response.end("rank,score\n1,0.98\n");
  });
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString("utf8");
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

function sendPicture(request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { "content-type": "image/svg+xml" });
  response.end(picture(request.url ?? ""));
}
