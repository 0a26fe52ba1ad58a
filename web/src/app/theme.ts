import {
  createTheme,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  Badge,
  Drawer,
  Menu,
  Modal,
  Portal,
  Tooltip,
} from "@mantine/core";

const teal: MantineColorsTuple = [
  "#e6f7f8",
  "#cdecee",
  "#a1d9dd",
  "#72c5cb",
  "#4db5bc",
  "#2f9ea6",
  "#1c858d",
  "#117680",
  "#08565d",
  "#033f45",
];

// Greys with a breath of blue: a radiology reading room is dark, and pure black is kept for the pictures.
const dark: MantineColorsTuple = [
  "#d5dde0",
  "#b6c2c7",
  "#9aa8ae",
  "#6f7f86",
  "#435158",
  "#2f3b41",
  "#222c31",
  "#192125",
  "#12181b",
  "#0c1113",
];

const DIALOG = {
  closeButtonProps: { "aria-label": "Close" },
  attributes: { header: { role: "presentation" } },
};

export const theme = createTheme({
  primaryColor: "teal",
  primaryShade: 7,
  colors: { teal, dark },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  fontFamily:
    "Inter, 'Segoe UI Variable', 'Segoe UI', system-ui, -apple-system, Roboto, 'Noto Sans', sans-serif",
  headings: { fontWeight: "600" },
  components: {
    Badge: Badge.extend({ defaultProps: { tt: "none" } }),
    // What opens over the page stays inside a landmark (see App), and dialogs have no banner of their own.
    Portal: Portal.extend({ defaultProps: { target: "#overlays" } }),
    Modal: Modal.extend({ defaultProps: DIALOG }),
    Drawer: Drawer.extend({ defaultProps: DIALOG }),
    Menu: Menu.extend({ defaultProps: { withInitialFocusPlaceholder: false } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 400, withArrow: true } }),
  },
});

/** Colours that Mantine's defaults leave under the contrast WCAG 2.2 asks for (4.5 to 1), and the page's surfaces. */
export const cssVariables: CSSVariablesResolver = ({ colors }) => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": "#55616a",
    "--mantine-color-placeholder": "#66727b",
    "--mantine-color-body": "#f6f8f9",
    "--similis-surface": "#ffffff",
    "--similis-raised": "#eef2f3",
    "--similis-line": "#dbe2e5",
    "--similis-mark": "#ffe69a",
    "--similis-mark-text": "#3a2c00",
    "--similis-accent": colors.teal[7],
    "--similis-warning": "#8a4b00",
    "--similis-warning-soft": "#fff3df",
    "--similis-error": "#b3261e",
  },
  dark: {
    "--mantine-color-dimmed": "#9aa8ae",
    "--mantine-color-placeholder": "#8a989e",
    "--mantine-color-body": "#12181b",
    "--similis-surface": "#192125",
    "--similis-raised": "#222c31",
    "--similis-line": "#2b363b",
    "--similis-mark": "#6b5410",
    "--similis-mark-text": "#ffeebc",
    "--similis-accent": colors.teal[3],
    "--similis-warning": "#f3c37a",
    "--similis-warning-soft": "#33290f",
    "--similis-error": "#f2a19b",
  },
});
