// An independent reader of formulas as seegrad writes them: text in, number out, by the usual rules of algebra.

const SUPERSCRIPT = '⁰¹²³⁴⁵⁶⁷⁸⁹';

const FUNCTIONS: Readonly<Record<string, (x: number) => number>> = {
  sin: Math.sin,
  cos: Math.cos,
  exp: Math.exp,
  tanh: Math.tanh,
  ln: Math.log,
};

/** Evaluates the text of a formula with the given numbers for its one-letter symbols. */
export function readFormula(text: string, symbols: Readonly<Record<string, number>>): number {
  // A letter right behind a digit is a factor of its own: 2x.
  const tokens = text.match(/\d+(?:\.\d+)?(?:e[+-]?\d+)?|[a-z]+|[⁻⁰¹²³⁴-⁹]+|\S/g) ?? [];
  let at = 0;
  const peek = (): string => tokens[at] ?? '';
  const take = (wanted: string): boolean => {
    if (peek() !== wanted) return false;
    at++;
    return true;
  };

  function sum(): number {
    let total = negation();
    for (;;) {
      if (take('+')) total += product();
      else if (take('−')) total -= product();
      else return total;
    }
  }

  function negation(): number {
    return take('−') ? -negation() : product();
  }

  function product(): number {
    let total = factor();
    for (;;) {
      if (take('·')) total *= factor();
      else if (take('/')) total /= factor();
      else return total;
    }
  }

  /** A power, or a number with a letter right behind it. */
  function factor(): number {
    const isNumber = /^\d/.test(peek());
    const left = power();
    return isNumber && /^[a-z]$/.test(peek()) ? left * power() : left;
  }

  function power(): number {
    const base = atom();
    const digits = peek();
    if (/^[⁻⁰¹²³⁴-⁹]/.test(digits)) {
      at++;
      const plain = [...digits].map(d => (d === '⁻' ? '-' : SUPERSCRIPT.indexOf(d))).join('');
      return base ** Number(plain);
    }
    return take('^') ? base ** atom() : base;
  }

  function atom(): number {
    const token = peek();
    at++;
    if (token === '(' || token === '|') {
      const inner = sum();
      if (!take(token === '(' ? ')' : '|')) throw new Error(`no closing bracket in ${text}`);
      return token === '(' ? inner : Math.abs(inner);
    }
    if (token === '√') return Math.sqrt(atom());
    if (/^\d/.test(token)) return Number(token);
    const f = FUNCTIONS[token];
    if (f !== undefined) return f(atom());
    const number = symbols[token] ?? (token === 'e' ? Math.E : undefined);
    if (number === undefined) throw new Error(`cannot read "${token}" in ${text}`);
    return number;
  }

  const result = sum();
  if (at !== tokens.length) throw new Error(`cannot read on from "${peek()}" in ${text}`);
  return result;
}
