import type { Plugin } from "vite";

/** GraphiQL's style sheet brings fonts as data URLs: 300 kB that the page's own security policy refuses. */
export function withoutInlinedFonts(): Plugin {
  return {
    name: "without-inlined-fonts",
    enforce: "pre",
    transform: {
      filter: { id: /graphiql\/dist\/style\.css/ },
      handler: (style) => style.replaceAll(/@font-face\s*\{[^}]*\}/g, ""),
    },
  };
}
