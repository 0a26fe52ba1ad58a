import type { FacetsQuery, FilterName, FiltersQuery } from "../../../gql/graphql";
import { canonical, type Condition } from "../state/conditions";

type Filters = FiltersQuery["filters"];
type Facets = FacetsQuery["facets"];

/** A condition as people read it: "Sex: Female", "Age: 60 to 80", "not Modality: CT". */
export function conditionText(condition: Condition, filters: Filters, facets: Facets): string {
  const label =
    filters.find(({ name }) => name === condition.name)?.label ??
    condition.name.toLowerCase().replaceAll("_", " ");
  if (condition.kind === "exists") return `${label}: ${condition.exists ? "known" : "not known"}`;
  if (condition.kind === "range") return `${label}: ${rangeText(condition.from, condition.to)}`;
  const value = valueLabel(condition.name, condition.value, facets);
  const sign = condition.excluded ? "not " : condition.required ? "and " : "";
  return `${sign}${label}: ${value}`;
}

export function rangeText(from: string, to: string): string {
  if (!to) return `${from} or more`;
  if (!from) return `up to ${to}`;
  return from === to ? from : `${from} to ${to}`;
}

function valueLabel(name: FilterName, value: string, facets: Facets): string {
  const values = facets.find((one) => one.name === name)?.values ?? [];
  const wanted = canonical(name, value);
  const found = values.find((one) => canonical(name, one.value) === wanted);
  return found?.label ?? value;
}
