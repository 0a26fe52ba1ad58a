import { CaseGroup, type FindingLevel } from "../../../gql/graphql";
import { type Condition, formatCondition, parseConditions } from "../../search/state/conditions";
import { assertionOf, SPOKEN, type SpokenAs } from "../logic/assertions";
import { finer, levelOf, LEVELS } from "./levels";

/** What lines or bars of the spread are told apart by. */
export type Split = "findings" | "assertion" | "sex";
/** How the overview is drawn. */
export type Drawn = "map" | "bars";
/** What is drawn: numbers of cases, or their share among those with a report. */
export type Scale = "cases" | "share";

/** Everything of the analytics page but its search, as the URL holds it. */
export type View = {
  by: FindingLevel;
  /** Keys that were opened on the way down; the last one is looked into. */
  path: string[];
  /** The one finding that the spread is about; null: the one looked into, or else the most frequent. */
  of: string | null;
  assertion: SpokenAs;
  group: CaseGroup;
  split: Split;
  scale: Scale;
  drawn: Drawn;
  neighbours: number;
  /** Conditions on the neighbours that were chosen, whom filters of the search would exchange. */
  among: Condition[];
  /** Column that enrichment is sorted by; with "-" downwards. */
  sort: string;
};

export const START: View = {
  by: "BLOCK",
  path: [],
  of: null,
  assertion: "PRESENT",
  group: "YEAR",
  split: "findings",
  scale: "cases",
  drawn: "map",
  neighbours: 100,
  among: [],
  sort: "p",
};
const SPLITS: readonly Split[] = ["findings", "assertion", "sex"];
const MOST_NEIGHBOURS = 1000;
const KEY = /^[\w.-]{1,64}$/;

/** The view of a URL; what cannot be read counts as not given. */
export function parseView(params: URLSearchParams): View {
  const path = params.getAll("in").filter((key) => KEY.test(key));
  const of = params.get("of");
  const number = Number(params.get("neighbours") ?? START.neighbours);
  const isNumber = Number.isInteger(number) && number >= 1 && number <= MOST_NEIGHBOURS;
  return {
    by: levelWithin(path, oneOf(LEVELS, params.get("by")?.toUpperCase(), belowPath(path))),
    path,
    of: of && KEY.test(of) ? of : null,
    assertion: oneOf(SPOKEN.map(assertionOf), params.get("said")?.toUpperCase(), START.assertion),
    group: oneOf(Object.values(CaseGroup), params.get("over")?.toUpperCase(), START.group),
    split: oneOf(SPLITS, params.get("split"), START.split),
    scale: oneOf<Scale>(["cases", "share"], params.get("as"), START.scale),
    drawn: oneOf<Drawn>(["map", "bars"], params.get("drawn"), START.drawn),
    among: parseConditions(params.getAll("among")),
    neighbours: isNumber ? number : START.neighbours,
    sort: params.get("sort") ?? START.sort,
  };
}

/** Adds the view to a URL; what is as by default is left out. */
export function addView(params: URLSearchParams, view: View): URLSearchParams {
  view.path.forEach((key) => params.append("in", key));
  if (view.by !== belowPath(view.path)) params.set("by", view.by.toLowerCase());
  if (view.of) params.set("of", view.of);
  if (view.assertion !== START.assertion) params.set("said", view.assertion.toLowerCase());
  if (view.group !== START.group) params.set("over", view.group.toLowerCase());
  if (view.split !== START.split) params.set("split", view.split);
  if (view.scale !== START.scale) params.set("as", view.scale);
  if (view.drawn !== START.drawn) params.set("drawn", view.drawn);
  if (view.neighbours !== START.neighbours) params.set("neighbours", String(view.neighbours));
  view.among.forEach((condition) => params.append("among", formatCondition(condition)));
  if (view.sort !== START.sort) params.set("sort", view.sort);
  return params;
}

/** The key that is looked into; "" for all. */
export function within(view: View): string {
  return view.path.at(-1) ?? "";
}

export function canDrill(view: View): boolean {
  return finer(view.by) !== null;
}

/** One level down, into this key; the spread is then about it. */
export function drillInto(view: View, key: string): View {
  const by = finer(view.by);
  return by ? { ...view, path: [...view.path, key], by, of: null } : view;
}

/** Back up, so that `depth` keys stay open. */
export function rollUp(view: View, depth: number): View {
  const path = view.path.slice(0, depth);
  const left = view.path[depth];
  return { ...view, path, by: left ? levelOf(left) : view.by, of: null };
}

/** Tells findings apart at another level; what is looked into is left where it is no coarser. */
export function atLevel(view: View, by: FindingLevel): View {
  if (by === "FINDING") return { ...view, by, path: [], of: null };
  const path = view.path.filter((key) => isCoarser(levelOf(key), by));
  return { ...view, by, path, of: null };
}

function belowPath(path: readonly string[]): FindingLevel {
  const last = path.at(-1);
  return last ? (finer(levelOf(last)) ?? "CODE") : START.by;
}

/** A link made by hand may ask for blocks within a category: codes are shown then. */
function levelWithin(path: readonly string[], by: FindingLevel): FindingLevel {
  const last = path.at(-1);
  return !last || isCoarser(levelOf(last), by) ? by : belowPath(path);
}

function isCoarser(one: FindingLevel, other: FindingLevel): boolean {
  return other !== "FINDING" && LEVELS.indexOf(one) < LEVELS.indexOf(other);
}

function oneOf<Value extends string>(
  allowed: readonly Value[],
  text: string | null | undefined,
  fallback: Value,
): Value {
  return allowed.find((value) => value === text) ?? fallback;
}
