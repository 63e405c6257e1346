// Printing tensors in the examples: rounded, so that the last bits, which may differ between machines, do not show.

import type { Tensor } from 'seegrad';

type Nested = number | boolean | readonly Nested[];

/** Prints a tensor under its label: one line up to one dimension, one line per row from two on. */
export function print(label: string, tensor: Tensor, digits = 4): void {
  const nested = tensor.toArray() as Nested;
  const rank = tensor.shape.length;
  const numbers = flat(nested);
  // Whole numbers print without digits, if all of them are.
  const whole = numbers.every(x => Number(x.toFixed(digits)) === Math.round(x));
  const places = whole ? 0 : digits;
  const width = Math.max(0, ...numbers.map(x => fixed(x, places).length));
  const row = (part: Nested): string =>
    flat(part)
      .map(x => fixed(x, places).padStart(width))
      .join('  ');
  const lines = (part: Nested, dims: number): string[] => {
    if (dims <= 1 || !Array.isArray(part)) return [row(part)];
    // A blank line between matrices.
    return part.flatMap((p: Nested, k) => [
      ...(dims > 2 && k > 0 ? [''] : []),
      ...lines(p, dims - 1),
    ]);
  };
  if (rank <= 1) console.log(`${label.padEnd(28)} ${row(nested)}`);
  else
    console.log(
      [`${label} [${tensor.shape.join(', ')}]`, ...lines(nested, rank)]
        .join('\n  ')
        .replace(/ +$/gm, ''),
    );
}

/** A number with a fixed count of digits, and without a negative zero. */
export function fixed(x: number, digits = 4): string {
  return x.toFixed(digits).replace(/^-(0(?:\.0*)?)$/, '$1');
}

function flat(nested: Nested): number[] {
  return typeof nested === 'object' ? nested.flatMap(flat) : [Number(nested)];
}
