import { ApiError, type ErrorCode } from "./errors";
import { reportSignedOut } from "./session";

const CODE_OF_STATUS: Partial<Record<number, ErrorCode>> = {
  400: "BAD_QUERY",
  401: "UNAUTHENTICATED",
  403: "FORBIDDEN",
  404: "NOT_FOUND",
  409: "BAD_SETUP",
  422: "REJECTED_FILE",
  429: "TOO_MANY_REQUESTS",
  502: "UNAVAILABLE",
  503: "UNAVAILABLE",
  504: "UNAVAILABLE",
  507: "STORAGE_FULL",
};

/** `fetch` of the page's own server. Raises ApiError for anything but a 2xx answer; an abort passes through as it is. */
export async function request(path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { credentials: "same-origin", ...init });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw offline();
  }
  if (response.ok) return response;
  throw errorOf(response.status, await response.text(), requestIdOf(response));
}

export function offline(): ApiError {
  return new ApiError("The server cannot be reached.", "OFFLINE");
}

function requestIdOf(response: Response): string | undefined {
  return response.headers.get("x-request-id") ?? undefined;
}

type ErrorBody = {
  error?: { message?: string; reason?: string; requestId?: string };
};

/** The error of a refused request. A lost sign-in is reported to the whole page. */
export function errorOf(status: number, body: string, requestId?: string): ApiError {
  const told = parsed(body).error;
  const code = CODE_OF_STATUS[status] ?? "INTERNAL";
  if (code === "UNAUTHENTICATED") reportSignedOut();
  return new ApiError(told?.message ?? `The server answered with status ${status}.`, code, {
    reason: told?.reason,
    requestId: told?.requestId ?? requestId,
  });
}

function parsed(body: string): ErrorBody {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}
