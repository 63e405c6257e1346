// The range of a slider that is told none: round numbers on both sides of zero, with room around the value.

/** From −m to m, where m is 1, 2 or 5 times a power of ten and at least twice the largest number. */
export function rangeFor(value: number | readonly number[]): [number, number] {
  const numbers = typeof value === 'number' ? [value] : value;
  const largest = numbers.reduce((m, x) => (Number.isFinite(x) ? Math.max(m, Math.abs(x)) : m), 0);
  const most = roundUp(Math.max(1, 2 * largest));
  return [-most, most];
}

function roundUp(x: number): number {
  const power = 10 ** Math.floor(Math.log10(x));
  const factor = [1, 2, 5, 10].find(f => f * power >= x * (1 - 1e-12)) ?? 10;
  return factor * power;
}
