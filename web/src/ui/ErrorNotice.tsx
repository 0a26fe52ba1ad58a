import { Button, Text } from "@mantine/core";
import { asApiError, type ErrorCode } from "../api/errors";
import { Notice } from "./Notice";

type Props = {
  error: unknown;
  /** What was kept and what can be done, where the page knows better than the error's code does. */
  advice?: string;
  onRetry?: () => void;
};

const ADVICE: Partial<Record<ErrorCode, string>> = {
  OFFLINE: "Your search is kept in the address. Check the connection and that the server runs.",
  UNAVAILABLE: "Your search is kept in the address. Try again in a moment.",
  BAD_QUERY: "Nothing was lost: change the search.",
  TOO_COMPLEX: "Nothing was lost: ask for less at once.",
  TIMEOUT: "Your search is kept in the address.",
  TOO_MANY_REQUESTS: "Your search is kept in the address. Wait a moment before trying again.",
  STORAGE_FULL: "The archive is unchanged. Free some space on the server, then try again.",
  FORBIDDEN: "Nothing was changed. Ask whoever runs this server for access.",
  NOT_FOUND: "It may have been erased since. Your search is kept in the address.",
};

/** What happened, what was kept and what to do; with the id under which the server's log has it. */
export function ErrorNotice({ error, advice, onRetry }: Props) {
  const { message, code, requestId } = asApiError(error);
  return (
    <Notice tone="error" title={message}>
      <Text size="sm">{advice ?? ADVICE[code] ?? "Your search is kept in the address; try again."}</Text>
      {onRetry && (
        <Button size="xs" variant="default" onClick={onRetry}>
          Try again
        </Button>
      )}
      {requestId && (
        <Text size="xs" c="dimmed">
          Request {requestId}
        </Text>
      )}
    </Notice>
  );
}
