const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

export function whole(count: number): string {
  return count.toLocaleString("en");
}

/** "12.3 %"; of nothing "–". What is neither none nor all never reads as such. */
export function percent(part: number, all: number): string {
  if (all <= 0) return "–";
  const share = (100 * part) / all;
  if (part > 0 && share < 0.1) return "<0.1 %";
  if (part < all && share > 99.9) return ">99.9 %";
  return `${share.toFixed(share === 0 || share === 100 ? 0 : 1)} %`;
}

/** Three significant digits: "0.0123", "4.56", "123", "12,300". */
export function ratio(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "–";
  if (value === 0) return "0";
  if (value >= 1e6 || value < 1e-3) return power(value, 2);
  return Number(value.toPrecision(3)).toLocaleString("en", { maximumSignificantDigits: 3 });
}

/** A probability: "0.031"; small ones as "1.2 × 10⁻⁵". */
export function probability(value: number): string {
  if (value === 0) return "<10⁻³⁰⁰";
  if (value < 1e-3) return power(value, 1);
  return value > 0.9995 ? "1" : value.toPrecision(2);
}

function power(value: number, digits: number): string {
  const [number = "", exponent = "0"] = value.toExponential(digits).split("e");
  const raised = exponent
    .replace("+", "")
    .replace("-", "⁻")
    .replace(/\d/g, (digit) => SUPERSCRIPTS[Number(digit)] ?? "");
  return `${number} × 10${raised}`;
}

export function interval(low: number, high: number): string {
  return `${ratio(low)} to ${ratio(high)}`;
}
