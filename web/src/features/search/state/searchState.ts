import { Exclude, type FilterName, Findings, Group, type SearchInput } from "../../../gql/graphql";
import { type Condition, formatCondition, parseConditions, toFilterInputs } from "./conditions";

export type View = "grid" | "list";

/** Other orders than the usual one, as the URL has them: "-" is the largest or newest first. */
export const SORTS = ["", "ef", "-ef", "-date", "date"] as const;
export type Sort = (typeof SORTS)[number];

/** Everything the search page shows, as the URL holds it. */
export type SearchState = {
  text: string;
  /** UID of a stored image that hits should look like. */
  like: string | null;
  /** Id of the uploaded file that is asked about; not together with `like`. */
  file: string | null;
  /** All uploaded files to switch between, in the order they came; `file` is one of them. */
  files: string[];
  frame: number | null;
  conditions: Condition[];
  /** Whether findings mean the tagger's own, or those after people's corrections. */
  findings: Findings;
  exclude: Exclude;
  group: Group;
  /** Not with a picture: then the most alike come first. */
  sort: Sort;
  view: View;
};

export const EMPTY: SearchState = {
  text: "",
  like: null,
  file: null,
  files: [],
  frame: null,
  conditions: [],
  findings: "TAGGED",
  exclude: "PATIENT",
  group: "SERIES",
  sort: "",
  view: "grid",
};

const VIEWS: readonly View[] = ["grid", "list"];

/** The state of a URL; what cannot be read counts as not given. */
export function parseState(params: URLSearchParams): SearchState {
  const file = params.get("file") === "" ? null : params.get("file");
  const like = file ? null : params.get("like");
  const frame = params.get("frame");
  return {
    text: params.get("q") ?? "",
    like: like === "" ? null : like,
    file,
    files: unique([...params.getAll("also"), file ?? ""].filter(Boolean)),
    frame: (file || like) && frame && /^\d{1,6}$/.test(frame) ? Number(frame) : null,
    conditions: parseConditions(params.getAll("f")),
    findings: oneOf(Object.values(Findings), params.get("findings")?.toUpperCase(), EMPTY.findings),
    exclude: oneOf(Object.values(Exclude), params.get("exclude")?.toUpperCase(), EMPTY.exclude),
    group: oneOf(Object.values(Group), params.get("group")?.toUpperCase(), EMPTY.group),
    sort: oneOf(SORTS, params.get("sort") ?? undefined, EMPTY.sort),
    view: oneOf(VIEWS, params.get("view") ?? undefined, EMPTY.view),
  };
}

/** The URL of a state; what is as by default is left out, so that one search has one address. */
export function formatState(state: SearchState): URLSearchParams {
  const params = new URLSearchParams();
  if (state.text) params.set("q", state.text);
  if (state.like) params.set("like", state.like);
  if (state.file) params.set("file", state.file);
  if (state.files.some((id) => id !== state.file)) {
    state.files.forEach((id) => params.append("also", id));
  }
  if (state.frame !== null) params.set("frame", String(state.frame));
  state.conditions.forEach((condition) => params.append("f", formatCondition(condition)));
  if (state.findings !== EMPTY.findings) params.set("findings", state.findings.toLowerCase());
  if (state.exclude !== EMPTY.exclude) params.set("exclude", state.exclude.toLowerCase());
  if (state.group !== EMPTY.group) params.set("group", state.group.toLowerCase());
  if (state.sort) params.set("sort", state.sort);
  if (state.view !== EMPTY.view) params.set("view", state.view);
  return params;
}

/** What the server is asked. How hits are laid out is no part of it. */
export function toInput(state: SearchState): SearchInput {
  return {
    like: state.like,
    queryFile: state.file,
    frame: state.frame,
    text: state.text || null,
    filters: toFilterInputs(state.conditions),
    findings: state.findings,
    exclude: state.exclude,
    group: state.group,
    ...sortOf(state),
  };
}

function sortOf(state: SearchState): Pick<SearchInput, "sort"> {
  if (!state.sort || hasPicture(state)) return {};
  const name: FilterName = state.sort.endsWith("ef") ? "EF" : "DATE";
  return { sort: { name, descending: state.sort.startsWith("-") } };
}

/** Whether anything is asked at all; otherwise the page shows the archive. */
export function isAsked(state: SearchState): boolean {
  return state.text !== "" || hasPicture(state) || state.conditions.length > 0;
}

export function hasPicture(state: SearchState): boolean {
  return state.like !== null || state.file !== null;
}

/** Asks about this uploaded file; others stay at hand. */
export function withFile(state: SearchState, id: string): SearchState {
  return { ...withOtherFile(state, id), file: id, like: null, frame: null };
}

/** Keeps an uploaded file at hand without asking about it. */
export function withOtherFile(state: SearchState, id: string): SearchState {
  return { ...state, files: unique([...state.files, id]) };
}

export function withLike(state: SearchState, uid: string, frame: number | null): SearchState {
  return { ...state, like: uid, file: null, frame };
}

/** Without the picture; another uploaded file does not step in its place by itself. */
export function withoutPicture(state: SearchState): SearchState {
  return withoutFile({ ...state, like: null, frame: null }, state.file);
}

export function withoutFile(state: SearchState, id: string | null): SearchState {
  const file = state.file === id ? null : state.file;
  return { ...state, file, files: state.files.filter((one) => one !== id) };
}

function oneOf<Value extends string>(
  allowed: readonly Value[],
  text: string | undefined,
  fallback: Value,
): Value {
  return allowed.find((value) => value === text) ?? fallback;
}

function unique(values: string[]): string[] {
  return [...new Set(values)];
}
