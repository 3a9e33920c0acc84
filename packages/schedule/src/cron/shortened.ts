/** Numbers that are equally far apart. */
export interface Run {
  readonly from: number;
  readonly to: number;
  readonly step: number;
  /** From the least on, as far as there is room: `*` with a step. */
  readonly isWhole: boolean;
}

/** A list of sorted numbers as short as people would write it: single ones, ranges, or one range with a step. */
export function shortened(
  values: readonly number[],
  { least, most }: { readonly least: number; readonly most: number },
  runText: (run: Run) => string,
  numberText = (value: number): string => value.toString(),
): string {
  const [from = least, second = least] = values;
  const to = values.at(-1) ?? from;
  const step = second - from;
  if (values.length > 2 && step > 1 && values.every((value, at) => value === from + at * step))
    return runText({ from, to, step, isWhole: from === least && to + step > most });
  return runs(values)
    .flatMap(([low, high]) =>
      high - low > 1
        ? [runText({ from: low, to: high, step: 1, isWhole: false })]
        : Array.from({ length: high - low + 1 }, (_, at) => numberText(low + at)),
    )
    .join(',');
}

function runs(values: readonly number[]): (readonly [low: number, high: number])[] {
  const found: (readonly [number, number])[] = [];
  for (const value of values) {
    const [low, high] = found.at(-1) ?? [NaN, NaN];
    if (value === high + 1) found[found.length - 1] = [low, value];
    else found.push([value, value]);
  }
  return found;
}
