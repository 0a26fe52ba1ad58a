export type HeaderElement = { tag: string; keyword: string; vr: string; value: string };

/** Elements in which every word stands: in the keyword, the tag (with or without comma) or the value. */
export function matchingElements<Element extends HeaderElement>(
  elements: readonly Element[],
  text: string,
): Element[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return elements.filter((element) => {
    const { tag, keyword, value } = element;
    const searched = `${keyword} ${tag} ${tag.replace(/\W/g, "")} ${value}`.toLowerCase();
    return words.every((word) => searched.includes(word));
  });
}
