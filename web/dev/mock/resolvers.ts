import { GraphQLError } from "graphql";
import { facets, hit, totalOf } from "./cases";

type Input = { text?: string; like?: string; queryFile?: string; filters?: unknown[]; exclude: string };

const MODEL = {
  modelId: "densenet121-seeded-1",
  architecture: "DenseNet-121",
  source: "seeded",
  precision: "fp32",
  meaningful: false,
  warning: "Random weights: the ranking means nothing. Install trained weights to search in earnest.",
};

/** Root of the invented server: what the page asks for, and no more. */
export const resolvers = {
  search: ({ input, first, after }: { input: Input; first: number; after?: string }) => {
    const text = input.text ?? "";
    if (text === "fail") throw failure("UNAVAILABLE", "The index is being rebuilt.");
    const total = totalOf(text, input.filters?.length ?? 0);
    const start = after ? Number(after) : 0;
    const end = Math.min(start + first, total);
    const asked = Boolean(input.like ?? input.queryFile);
    const nodes = Array.from({ length: Math.max(0, end - start) }, (_, n) => hit(start + n, text));
    return {
      totalCount: total,
      scoring: asked ? "Cosine of the picture’s vector with the hit’s best image." : "Relevance of the words (BM25).",
      model: asked ? MODEL : null,
      excluded: asked && input.exclude === "PATIENT" ? { what: "PATIENT", cases: 3 } : null,
      pageInfo: { hasNextPage: end < total, endCursor: String(end) },
      edges: nodes.map((node) => ({ cursor: String(node.rank), node: asked || text ? node : unranked(node) })),
    };
  },
  facets,
  filters: () => facets().map(({ name, kind, label }) => ({ name, kind, label, help: label, facet: true })),
  suggestions: ({ text }: { text: string }) =>
    ["effusion", "emphysema", "edema", "enlarged heart"]
      .filter((word) => word.startsWith(text.toLowerCase()))
      .map((word) => ({ text: word, completed: word, cases: 12 })),
  instance: () => hit(3, "").instance,
  queryFile: ({ id }: { id: string }) => {
    if (id === "gone") throw failure("NOT_FOUND", "This file is no longer held.");
    return {
      ...hit(1, "").instance,
      id,
      isDicom: true,
      thumbnail: `/api/query-files/${id}/thumbnail`,
      stored: false,
      patientCases: 3,
      expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    };
  },
  job: ({ id }: { id: string }) => ({
    jobId: id,
    state: "DONE",
    done: 2,
    total: 2,
    error: null,
    files: [
      { name: "a.dcm", outcome: "INDEXED", reason: "", message: "", studyUid: "2.25.1", instanceUid: "2.25.1.1" },
      { name: "b.txt", outcome: "REFUSED", reason: "not-dicom", message: "This is not a DICOM file or picture." },
    ],
  }),
  about: () => ({
    version: "0.1.0",
    cases: 2000,
    instances: 5200,
    datasets: ["demo", "trial"],
    seeded: true,
    mayAdd: true,
    maxUploadMb: 512,
    disclaimer: "A research tool. It shows cases that look alike and says nothing about what a patient has.",
    model: MODEL,
  }),
  me: () => ({ name: "owner", datasets: null, mayAdd: true }),
  markNotUseful: () => ({ annotationId: `a${Date.now()}`, withdrawn: false }),
  withdrawAnnotation: ({ id }: { id: string }) => ({ annotationId: id, withdrawn: true }),
  forgetQueryFile: () => true,
};

function unranked<Node extends object>(node: Node) {
  return { ...node, cosine: null, textScore: null };
}

function failure(code: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code, requestId: "3f9a0c21" } });
}
