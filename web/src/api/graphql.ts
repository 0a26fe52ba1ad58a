import type { TypedDocumentString } from "../gql/graphql";
import { ApiError, type ErrorCode } from "./errors";
import { request } from "./http";
import { reportSignedOut } from "./session";

type GraphQLFault = {
  message: string;
  extensions?: { code?: ErrorCode; reason?: string; requestId?: string };
};
type Answer<Result> = { data?: Result | null; errors?: GraphQLFault[] };

/** Runs one operation. Raises ApiError when the server refuses any part of it. */
export async function execute<Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  signal?: AbortSignal,
): Promise<Result> {
  const response = await request("/graphql", {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({ query: document.toString(), variables }),
    ...(signal && { signal }),
  });
  const answer = await readAnswer<Result>(response);
  const fault = answer.errors?.[0];
  if (fault) throw errorOfFault(fault);
  if (!answer.data) throw new ApiError("The server's answer was empty.", "UNREADABLE");
  return answer.data;
}

async function readAnswer<Result>(response: Response): Promise<Answer<Result>> {
  try {
    return (await response.json()) as Answer<Result>;
  } catch (cause) {
    if (cause instanceof DOMException) throw cause;
    throw new ApiError("The server's answer could not be read.", "UNREADABLE");
  }
}

function errorOfFault({ message, extensions = {} }: GraphQLFault): ApiError {
  const code = extensions.code ?? "INTERNAL";
  if (code === "UNAUTHENTICATED") reportSignedOut();
  return new ApiError(message, code, extensions);
}
