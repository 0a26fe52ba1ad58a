import type { Condition } from "../state/conditions";
import { hasPicture, type SearchState } from "../state/searchState";

export type Relaxation = { label: string; relaxed: SearchState };

/** The search with one thing less, for each thing that could be the one too many. */
export function relaxations(
  state: SearchState,
  textOf: (condition: Condition) => string,
): Relaxation[] {
  const names = [...new Set(state.conditions.map(({ name }) => name))];
  const options = names.map((name) => {
    const dropped = state.conditions.filter((condition) => condition.name === name);
    const kept = state.conditions.filter((condition) => condition.name !== name);
    return { label: `“${dropped.map(textOf).join(", ")}”`, relaxed: { ...state, conditions: kept } };
  });
  const isMoreThanWords = names.length > 0 || hasPicture(state);
  if (state.text && isMoreThanWords) {
    options.unshift({ label: `the words “${state.text}”`, relaxed: { ...state, text: "" } });
  }
  if (names.length > 1) {
    options.push({ label: "any filter", relaxed: { ...state, conditions: [] } });
  }
  return options;
}
