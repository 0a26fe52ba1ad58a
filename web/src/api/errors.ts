/** Codes the server answers with, and three that only the page can know. */
export type ErrorCode =
  | "BAD_QUERY"
  | "NOT_FOUND"
  | "FORBIDDEN"
  | "REJECTED_FILE"
  | "BAD_SETUP"
  | "UNAVAILABLE"
  | "STORAGE_FULL"
  | "INTERNAL"
  | "TOO_COMPLEX"
  | "TIMEOUT"
  | "TOO_MANY_REQUESTS"
  | "UNAUTHENTICATED"
  | "OFFLINE"
  | "UNREADABLE"
  | "CANCELLED";

/** What went wrong, in one sentence meant for the person at the page. */
export class ApiError extends Error {
  readonly code: ErrorCode;
  readonly reason: string | undefined;
  readonly requestId: string | undefined;

  constructor(
    message: string,
    code: ErrorCode,
    more: { reason?: string | undefined; requestId?: string | undefined } = {},
  ) {
    super(message);
    this.name = "ApiError";
    this.code = code;
    this.reason = more.reason;
    this.requestId = more.requestId;
  }
}

/** Whether trying the same again can help. */
export function isPassing(error: unknown): boolean {
  return error instanceof ApiError && (error.code === "UNAVAILABLE" || error.code === "OFFLINE");
}

export function isCancelled(error: unknown): boolean {
  return (
    (error instanceof ApiError && error.code === "CANCELLED") ||
    (error instanceof DOMException && error.name === "AbortError")
  );
}

/** Any error as an ApiError, so that a view has one kind to show. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (isCancelled(error)) return new ApiError("Cancelled.", "CANCELLED");
  return new ApiError("The page met an error of its own.", "INTERNAL");
}
