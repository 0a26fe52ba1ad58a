export type Bin = {
  from: number;
  /** As the filter takes it. */
  span: string;
  count: number;
};

const WIDTH = 10;
const ALL = 100;

/** Percentages counted by tens; what lies outside counts at the ends. */
export function binsOf(values: readonly number[]): Bin[] {
  return Array.from({ length: ALL / WIDTH }, (_, n) => {
    const from = n * WIDTH;
    const isIn = (value: number) => Math.min(ALL / WIDTH - 1, Math.max(0, Math.floor(value / WIDTH))) === n;
    return { from, span: `${from}-${from + WIDTH - 1}`, count: values.filter(isIn).length };
  });
}
