// Puts the written forms of ops together: fills the places of a template with terms and sets parentheses where the
// surroundings bind tighter. A template is only a string, so how tightly it binds is read off its operators.

/** How tightly a term binds: what would have to go in parentheses inside what. */
export const Rank = {
  comparison: 0,
  sum: 1,
  elementwise: 1.5,
  product: 2,
  power: 3,
  atom: 4,
} as const;
export type Rank = (typeof Rank)[keyof typeof Rank];

/** A piece of a formula. */
export interface Term {
  readonly string: string;
  readonly rank: Rank;
}

/** The two notations of a trace. */
export type NotationName = 'text' | 'latex';

/** A longer formula is cut to an ellipsis: nobody reads it, and shared subterms could double it at every level. */
const LONGEST = 1_500;

const PLACE = /\{#(\d+|[yg])\}/g;
const ELLIPSIS: Term = { string: '…', rank: Rank.atom };

/** A single name or number. */
export function atom(string: string): Term {
  return { string, rank: Rank.atom };
}

/** A term for a number that was already written: one with a minus sign binds like a difference. */
export function numberTerm(string: string): Term {
  if (/^[-−]/.test(string)) return { string, rank: Rank.sum };
  return { string, rank: string.includes('\\cdot') ? Rank.product : Rank.atom };
}

/**
 * Fills the places of a template; `fill` gets the number of an input, or 'y' for the output. `gradient` is what stands for
 * the gradient of the output, where the template has a place for it.
 */
export function compose(
  template: string,
  notation: NotationName,
  fill: (place: number | 'y') => Term,
  gradient: Term = atom('?'),
): Term {
  const at = (place: string): Term => (place === 'g' ? gradient : fill(placeOf(place)));
  const only = /^\s*\{#(\d+|[yg])\}\s*$/.exec(template);
  if (only !== null) return at(only[1] ?? '');
  const string = template.replace(PLACE, (match, place: string, offset: number) => {
    const term = at(place);
    const before = template.slice(0, offset).trimEnd();
    const after = template.slice(offset + match.length).trimStart();
    const demand = Math.max(demandBefore(before), demandAfter(after));
    return inContext(term, demand, { before, after }, notation);
  });
  if (string.length > LONGEST) return ELLIPSIS;
  return { string, rank: rankOf(template) };
}

/** A product of terms with its ones left out and its minus ones gathered to a sign. */
export function product(factors: readonly Term[], notation: NotationName): Term {
  let negative = false;
  const kept: Term[] = [];
  for (const factor of factors) {
    if (factor.string === '1') continue;
    if (factor.string === '-1' || factor.string === '−1') negative = !negative;
    else kept.push(factor);
  }
  const [first] = kept;
  const minus = notation === 'latex' ? '-' : '−';
  if (first === undefined) return numberTerm(negative ? `${minus}1` : '1');
  if (kept.length === 1 && !negative) return first;
  const dot = notation === 'latex' ? ' \\cdot ' : ' · ';
  const string = kept.map(term => parenthesised(term, Rank.product, notation)).join(dot);
  if (string.length > LONGEST) return ELLIPSIS;
  return negative
    ? { string: minus + string, rank: Rank.sum }
    : { string, rank: kept.length === 1 ? first.rank : Rank.product };
}

/** A sum of terms; a term that begins with a minus sign becomes a difference. */
export function sum(terms: readonly Term[], notation: NotationName): Term {
  const [first, ...rest] = terms;
  if (first === undefined) return atom('0');
  if (rest.length === 0) return first;
  const minus = notation === 'latex' ? '-' : '−';
  let string = first.string;
  for (const term of rest) {
    string += /^[-−]/.test(term.string)
      ? ` ${minus} ${term.string.slice(1).trimStart()}`
      : ` + ${term.string}`;
  }
  return string.length > LONGEST ? ELLIPSIS : { string, rank: Rank.sum };
}

/** The string of a term, in parentheses where it binds less tightly than asked. */
export function parenthesised(term: Term, demand: Rank, notation: NotationName): string {
  if (term.rank >= demand) return term.string;
  return notation === 'latex' ? `\\left(${term.string}\\right)` : `(${term.string})`;
}

function placeOf(place: string): number | 'y' {
  return place === 'y' ? 'y' : Number(place);
}

const BEFORE_CIRCLE = /^(?:⊙|\\odot)/;
const AFTER_CIRCLE = /(?:⊙|\\odot)$/;

function inContext(
  term: Term,
  demand: number,
  { before, after }: { before: string; after: string },
  notation: NotationName,
): string {
  const afterOperator = /[+\-−·×⊙/*]$|\\cdot$|\\times$|\\odot$/.test(before);
  // a ⊙ b ⊙ c needs no parentheses, but every other product in it does.
  const inCircles = BEFORE_CIRCLE.test(after) || AFTER_CIRCLE.test(before);
  if (inCircles && demand === Rank.power && term.rank === Rank.elementwise) return term.string;
  const needed = afterOperator && /^[-−]/.test(term.string) ? Rank.atom : demand;
  return parenthesised(term, needed as Rank, notation);
}

/** How tightly a term must bind after this piece of a template. */
function demandBefore(before: string): Rank {
  if (before === '' || /(?:[([{,|]|\\[,;!:]|\\l?vert)$/.test(before)) return Rank.comparison;
  if (/\+$/.test(before)) return Rank.sum;
  if (/(?:[-−·×*]|\\cdot|\\times)$/.test(before)) return Rank.product;
  if (/(?:[/÷⊙]|\\odot)$/.test(before)) return Rank.power;
  // Matrices are multiplied without a sign in LaTeX.
  if (/(?:\{#(?:\d+|[yg])\}|\^\{\\top\})$/.test(before)) return Rank.product;
  if (/(?:[<>=≤≥≠?:]|\\leq?|\\geq?|\\neq?)$/.test(before)) return Rank.sum;
  return Rank.atom;
}

/** How tightly a term must bind before this piece of a template. */
function demandAfter(after: string): Rank {
  if (after === '' || /^(?:[)\]},|]|\\right|\\[,;!:]|\\r?vert)/.test(after)) return Rank.comparison;
  if (/^[+\-−]/.test(after)) return Rank.sum;
  if (/^(?:⊙|\\odot)/.test(after)) return Rank.power;
  if (/^(?:[·×*/÷]|\\cdot|\\times|\{#)/.test(after)) return Rank.product;
  if (/^(?:[<>=≤≥≠?:]|\\leq?|\\geq?|\\neq?)/.test(after)) return Rank.sum;
  return Rank.atom;
}

/** How tightly a filled template binds: its loosest operator outside all brackets. */
function rankOf(template: string): Rank {
  let rank: Rank = Rank.atom;
  const lower = (to: Rank) => {
    if (to < rank) rank = to;
  };
  let depth = 0;
  const skeleton = template.replace(PLACE, 'x');
  for (let i = 0; i < skeleton.length; i++) {
    const character = skeleton.charAt(i);
    if ('([{'.includes(character)) depth++;
    else if (')]}'.includes(character)) depth--;
    if (depth > 0) continue;
    if (character === ' ' && /[x}] x/.test(skeleton.slice(i - 1, i + 2))) lower(Rank.product);
    if ('+-−'.includes(character)) lower(Rank.sum);
    else if ('·×*/÷'.includes(character)) lower(Rank.product);
    else if (character === '⊙') lower(Rank.elementwise);
    else if ('^²³⁴⁵⁻ᵀ'.includes(character)) lower(Rank.power);
    else if ('<>=≤≥≠?'.includes(character)) lower(Rank.comparison);
    else if (character === '\\') lower(rankOfCommand(skeleton.slice(i)));
  }
  return rank;
}

function rankOfCommand(rest: string): Rank {
  if (/^\\odot(?![A-Za-z])/.test(rest)) return Rank.elementwise;
  // A fraction needs no parentheses in a product, but does as the base of a power.
  if (/^\\(?:cdot|times|sum|[dt]?frac)(?![A-Za-z])/.test(rest)) return Rank.product;
  if (/^\\(?:le|leq|ge|geq|ne|neq)(?![A-Za-z])/.test(rest)) return Rank.comparison;
  return Rank.atom;
}
