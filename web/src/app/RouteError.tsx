import { Button } from "@mantine/core";
import { useRouteError } from "react-router";
import { asApiError } from "../api/errors";
import { Message } from "./Message";

/** What is shown where a page broke; the header stays usable. */
export function RouteError() {
  const error = asApiError(useRouteError());
  return (
    <Message title="This page stopped working">
      {error.message} What you searched is kept in the address.
      {error.requestId ? ` Request ${error.requestId}.` : ""}
      <br />
      <Button mt="md" onClick={() => window.location.reload()}>
        Load the page again
      </Button>
    </Message>
  );
}
