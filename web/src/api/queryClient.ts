import { QueryClient } from "@tanstack/react-query";
import { isPassing } from "./errors";

const RETRIES = 2;
const MINUTE_MS = 60_000;

/** Server state of the page. Archives change slowly, so an answer of the last minute is shown again as it is. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: MINUTE_MS,
        gcTime: 30 * MINUTE_MS,
        retry: (count, error) => isPassing(error) && count < RETRIES,
        refetchOnWindowFocus: false,
      },
    },
  });
}
