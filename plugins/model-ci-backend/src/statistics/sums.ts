/**
 * A sum whose rounding error does not grow with the number of terms (Neumaier 1974), so that the order and the
 * number of the examples leave no trace in a verdict.
 */
export function sumOf(count: number, term: (index: number) => number): number {
  let sum = 0;
  let lost = 0;
  for (let i = 0; i < count; i += 1) {
    const value = term(i);
    const next = sum + value;
    lost +=
      Math.abs(sum) >= Math.abs(value)
        ? sum - next + value
        : value - next + sum;
    sum = next;
  }
  // What was lost is no number once a term was infinite
  return Number.isFinite(sum) ? sum + lost : sum;
}

export function meanOf(values: Float64Array): number {
  return sumOf(values.length, i => values[i]) / values.length;
}
