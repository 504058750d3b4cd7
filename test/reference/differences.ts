type Parameters = ReadonlyMap<string, { readonly values: Float32Array }>;

/** The largest difference between two lists of numbers, as a fraction of the second's; NaN where one holds NaN. */
export function relativeDifference(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(found).toHaveLength(expected.length);
  const differences = Array.from(
    expected,
    (value, i) => Math.abs((found[i] ?? NaN) - value) / Math.abs(value),
  );
  return differences.reduce((largest, difference) => Math.max(largest, difference), 0);
}

/** The largest difference between the parameters of two models; NaN where one holds NaN. */
export function parameterDifference(found: Parameters, expected: Parameters): number {
  expect([...found.keys()]).toEqual([...expected.keys()]);
  let largest = 0;
  for (const [name, { values }] of expected) {
    const others = found.get(name)?.values ?? new Float32Array();
    expect(others).toHaveLength(values.length);
    values.forEach((value, i) => {
      largest = Math.max(largest, Math.abs((others[i] ?? NaN) - value));
    });
  }
  return largest;
}
