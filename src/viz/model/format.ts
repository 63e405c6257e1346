// Numbers as the viewer writes them: about five significant digits, a true minus sign, and NaN and ∞ spelled out.

const MINUS = '−';

/** The few constants that read better as a fraction on a small card. */
const FRACTIONS: ReadonlyMap<number, string> = new Map([
  [0.5, '½'],
  [0.25, '¼'],
  [0.75, '¾'],
]);

/**
 * A number with a fixed count of significant digits, so that columns line up: 0.59327, −0.022603, 1.0000, 1.2346e−7.
 */
export function formatNumber(x: number, digits = 5): string {
  if (Number.isNaN(x)) return 'NaN';
  if (!Number.isFinite(x)) return x > 0 ? '∞' : `${MINUS}∞`;
  if (x === 0) return '0';
  const size = Math.abs(x);
  const string =
    size >= 1e6 || size < 1e-4
      ? scientific(size, digits)
      : // What is rounded up to a digit more would get an exponent.
        size >= 10 ** digits - 0.5
        ? size.toFixed(0)
        : size.toPrecision(digits);
  return (x < 0 ? MINUS : '') + string.replace('e-', `e${MINUS}`);
}

/** The same number without the zeros at its end, for formulas: 0.5, 2, 0.37750 becomes 0.3775. */
export function formatShort(x: number, digits = 5): string {
  const string = formatNumber(x, digits);
  if (!string.includes('.')) return string;
  // Not the zeros at the end of an exponent: 1.4e−10.
  return string.replace(/\.(\d*?)0+(?=e|$)/, (_, kept: string) => kept && `.${kept}`);
}

/** A constant as it stands in the short formula on a card: ½ for 0.5. */
export function formatConstant(x: number): string {
  const fraction = FRACTIONS.get(Math.abs(x));
  if (fraction === undefined) return formatShort(x);
  return x < 0 ? MINUS + fraction : fraction;
}

/** A number with an explicit sign, for a contribution that is about to be added. */
export function formatSigned(x: number, digits = 5): string {
  return x > 0 ? `+${formatNumber(x, digits)}` : formatNumber(x, digits);
}

/** A number as LaTeX: powers of ten written out, NaN upright. */
export function formatLatex(x: number, digits = 5): string {
  if (Number.isNaN(x)) return '\\mathrm{NaN}';
  if (!Number.isFinite(x)) return x > 0 ? '\\infty' : '-\\infty';
  const [mantissa = '', exponent] = formatShort(x, digits).replaceAll(MINUS, '-').split('e');
  return exponent === undefined ? mantissa : `${mantissa} \\cdot 10^{${exponent}}`;
}

/** A count with thin separators between the thousands: 10,000. */
export function formatCount(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 card`, `25 cards`. */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${formatCount(n)} ${n === 1 ? one : many}`;
}

/** Letters that are written from right to left. */
const RIGHT_TO_LEFT =
  /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** A name as a part of a sentence or a formula: one from right to left is kept from turning round what stands beside it. */
export function isolated(name: string): string {
  return RIGHT_TO_LEFT.test(name) ? `\u2068${name}\u2069` : name;
}

function scientific(size: number, digits: number): string {
  return size.toExponential(digits - 1).replace('e+', 'e');
}
