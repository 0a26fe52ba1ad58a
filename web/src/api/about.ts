import { queryOptions } from "@tanstack/react-query";
import { graphql } from "../gql";
import { execute } from "./graphql";

const ABOUT = graphql(`
  query About {
    about {
      version
      cases
      instances
      datasets
      seeded
      mayAdd
      maxUploadMb
      disclaimer
      model {
        modelId
        architecture
        source
        precision
        meaningful
        warning
      }
    }
    me {
      name
    }
  }
`);

/** The archive, the model that answers, and who asks. */
export const aboutQuery = queryOptions({
  queryKey: ["about"],
  queryFn: ({ signal }) => execute(ABOUT, {}, signal),
  staleTime: 5 * 60_000,
});
