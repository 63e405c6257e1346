// Numbers as the command line prints them: with a true minus sign, in full or to six digits.

/** Every digit that it takes to tell this number from its neighbours. */
export function exact(x: number): string {
  return signed(Object.is(x, -0) ? '-0' : String(x));
}

/** Six significant digits, without zeros at the end. */
export function brief(x: number): string {
  if (!Number.isFinite(x) || Object.is(x, -0)) return exact(x);
  const size = Math.abs(x);
  if (size !== 0 && (size < 1e-4 || size >= 1e7)) {
    return signed(
      x
        .toExponential(5)
        .replace(/\.?0+e/, 'e')
        .replace('e+', 'e'),
    );
  }
  return signed(String(Number(x.toPrecision(6))));
}

/** The same as a factor or a term: in parentheses where it begins with a minus sign. */
export function factor(x: number): string {
  const text = brief(x);
  return text.startsWith('−') ? `(${text})` : text;
}

/** A count with a word: `1 step`, `3 steps`. */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${String(n).replace(/\B(?=(\d{3})+$)/g, ',')} ${n === 1 ? one : many}`;
}

function signed(text: string): string {
  return text.replaceAll('-', '−').replace('Infinity', '∞');
}
