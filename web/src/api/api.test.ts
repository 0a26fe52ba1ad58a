import { afterEach, expect, it, vi } from "vitest";
import { TypedDocumentString } from "../gql/graphql";
import { ApiError } from "./errors";
import { execute } from "./graphql";
import { request } from "./http";
import { reportSignedOut } from "./session";

vi.mock("./session", () => ({ reportSignedOut: vi.fn() }));
const ME = new TypedDocumentString<{ me: string }, object>("{ me }");

function serverAnswers(status: number, body: unknown, headers: HeadersInit = {}): void {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  vi.stubGlobal("fetch", vi.fn(() => Promise.resolve(new Response(text, { status, headers }))));
}

async function errorOf(asked: Promise<unknown>): Promise<ApiError> {
  const error: unknown = await asked.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ApiError)) throw new Error("No ApiError was raised.");
  return error;
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.clearAllMocks();
});

it("reads GraphQL's errors with their code and request id", async () => {
  const extensions = { code: "NOT_FOUND", requestId: "r1" };
  serverAnswers(200, { data: null, errors: [{ message: "There is no such case.", extensions }] });
  const error = await errorOf(execute(ME, {}));
  expect(error).toMatchObject({ message: "There is no such case.", ...extensions });
});

it("reads errors of the other routes", async () => {
  serverAnswers(422, { error: { message: "No picture.", reason: "not-dicom", requestId: "r2" } });
  expect(await errorOf(request("/api/query-files"))).toMatchObject({
    code: "REJECTED_FILE",
    reason: "not-dicom",
    requestId: "r2",
  });
});

it("makes do with an error page of something in between", async () => {
  serverAnswers(502, "<html>Bad gateway</html>", { "x-request-id": "r3" });
  expect(await errorOf(execute(ME, {}))).toMatchObject({ code: "UNAVAILABLE", requestId: "r3" });
});

it("tells the whole page when the sign-in is lost", async () => {
  serverAnswers(401, {});
  expect((await errorOf(execute(ME, {}))).code).toBe("UNAUTHENTICATED");
  expect(reportSignedOut).toHaveBeenCalledOnce();
});

it("knows a server out of reach from an answer that cannot be read", async () => {
  vi.stubGlobal("fetch", vi.fn(() => Promise.reject(new TypeError("Failed to fetch"))));
  expect((await errorOf(execute(ME, {}))).code).toBe("OFFLINE");
  serverAnswers(200, "not json");
  expect((await errorOf(execute(ME, {}))).code).toBe("UNREADABLE");
});
