import { createBrowserRouter } from "react-router";
import { SearchPage } from "../features/search/SearchPage";
import { NotFoundPage } from "./NotFoundPage";
import { PageLoader } from "./PageLoader";
import { RouteError } from "./RouteError";
import { Shell } from "./Shell";

// The viewer is a megabyte and GraphiQL half of one: they load when they are opened.
export const router = createBrowserRouter([
  {
    Component: Shell,
    HydrateFallback: PageLoader,
    children: [
      {
        ErrorBoundary: RouteError,
        children: [
          { index: true, Component: SearchPage },
          {
            path: "case/:studyUid",
            lazy: async () => ({ Component: (await import("../features/case/CasePage")).default }),
          },
          {
            path: "analytics",
            lazy: async () => ({ Component: (await import("../features/analytics/AnalyticsPage")).default }),
          },
          {
            path: "graphiql",
            lazy: async () => ({ Component: (await import("../features/graphiql/GraphiQLPage")).default }),
          },
          { path: "*", Component: NotFoundPage },
        ],
      },
    ],
  },
]);
