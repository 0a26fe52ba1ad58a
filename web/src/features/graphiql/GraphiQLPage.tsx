import "graphiql/style.css";

import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { useDocumentTitle } from "@mantine/hooks";
import { GraphiQL } from "graphiql";
import classes from "./GraphiQLPage.module.css";

const fetcher = createGraphiQLFetcher({ url: "/graphql" });

/** The workbench for the GraphQL interface, for those signed in. */
export default function GraphiQLPage() {
  useDocumentTitle("GraphiQL – Similis");
  return (
    <main id="main" className={classes.page} aria-label="GraphiQL">
      <GraphiQL fetcher={fetcher} />
    </main>
  );
}
