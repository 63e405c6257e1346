// What a learner types for a number: 0.24, 1/3, 2e-3, outy1*(1-outy1). Read by recursive descent, evaluated at once.

/** What came of a text: a number, or what is wrong with it. */
export type Evaluated =
  | { readonly ok: true; readonly value: number; readonly digits: number | undefined }
  | { readonly ok: false; readonly message: string };

/** Longer texts are no answers; this also bounds how deep parentheses can nest. */
const LONGEST = 200;

const FUNCTIONS: Readonly<Record<string, (x: number) => number>> = {
  exp: Math.exp,
  ln: Math.log,
  log: Math.log,
  sqrt: Math.sqrt,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  tanh: Math.tanh,
  abs: Math.abs,
  sigmoid: x => 1 / (1 + Math.exp(-x)),
  σ: x => 1 / (1 + Math.exp(-x)),
};

const CONSTANTS: Readonly<Record<string, number>> = {
  '∞': Number.POSITIVE_INFINITY,
  inf: Number.POSITIVE_INFINITY,
  infinity: Number.POSITIVE_INFINITY,
  nan: Number.NaN,
  π: Math.PI,
  pi: Math.PI,
};

/**
 * Evaluates a text with + − · * / ^, parentheses, the usual functions, and names that stand for numbers. `digits` is how many
 * significant digits were typed, where the text is nothing but a decimal number.
 */
export function evaluate(
  text: string,
  lookUp: (name: string) => number | undefined = () => undefined,
): Evaluated {
  if (text.length > LONGEST) return { ok: false, message: 'that is too long' };
  try {
    const tokens = tokensOf(text.replaceAll('−', '-'));
    if (tokens.length === 0) return { ok: false, message: 'type a number' };
    const reader = new Reader(tokens, lookUp);
    return { ok: true, value: reader.all(), digits: digitsOf(text) };
  } catch (error) {
    if (error instanceof Unreadable) return { ok: false, message: error.message };
    throw error;
  }
}

class Unreadable extends Error {}

/** A decimal comma is taken for a point: nothing else in an answer has one. */
const TOKEN =
  /\s*(?:((?:\d+(?:[.,]\d*)?|[.,]\d+)(?:e[+-]?\d+)?)|([\p{L}_∞][\p{L}\d_.[\]′']*|#\d+)|([-+*·×/÷^()²³]))/uy;

interface Token {
  readonly kind: 'number' | 'name' | 'sign';
  readonly text: string;
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const source = text.trimEnd();
  TOKEN.lastIndex = 0;
  let end = 0;
  while (end < source.length) {
    const match = TOKEN.exec(source);
    if (match === null) {
      throw new Unreadable(`“${source.slice(end).trim().charAt(0)}” does not belong in a number`);
    }
    const [, number, name, sign = ''] = match;
    if (number !== undefined) tokens.push({ kind: 'number', text: number.replace(',', '.') });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else tokens.push({ kind: 'sign', text: sign });
    end = TOKEN.lastIndex;
  }
  return tokens;
}

class Reader {
  private readonly tokens: readonly Token[];
  private readonly lookUp: (name: string) => number | undefined;
  private next = 0;

  constructor(tokens: readonly Token[], lookUp: (name: string) => number | undefined) {
    this.tokens = tokens;
    this.lookUp = lookUp;
  }

  all(): number {
    const value = this.sum();
    const rest = this.tokens[this.next];
    if (rest !== undefined) throw new Unreadable(`“${rest.text}” is not expected here`);
    return value;
  }

  private sum(): number {
    let value = this.product();
    for (;;) {
      if (this.takes('+')) value += this.product();
      else if (this.takes('-')) value -= this.product();
      else return value;
    }
  }

  private product(): number {
    let value = this.signed();
    for (;;) {
      if (this.takes('*', '·', '×')) value *= this.signed();
      else if (this.takes('/', '÷')) value /= this.signed();
      else return value;
    }
  }

  private signed(): number {
    if (this.takes('-')) return -this.signed();
    if (this.takes('+')) return this.signed();
    return this.power();
  }

  private power(): number {
    let base = this.atom();
    while (true) {
      if (this.takes('²')) base **= 2;
      else if (this.takes('³')) base **= 3;
      else break;
    }
    return this.takes('^') ? base ** this.signed() : base;
  }

  private atom(): number {
    const token = this.tokens[this.next];
    if (token === undefined) throw new Unreadable('something is missing at the end');
    this.next++;
    if (token.kind === 'number') return Number(token.text);
    if (token.kind === 'name') return this.named(token.text);
    if (token.text !== '(') throw new Unreadable(`“${token.text}” is not expected here`);
    const value = this.sum();
    if (!this.takes(')')) throw new Unreadable('a parenthesis is not closed');
    return value;
  }

  private named(name: string): number {
    const value = this.lookUp(name);
    if (value !== undefined) return value;
    const call = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
    if (call !== undefined && this.tokens[this.next]?.text === '(') return call(this.atom());
    const constant = Object.hasOwn(CONSTANTS, name.toLowerCase())
      ? CONSTANTS[name.toLowerCase()]
      : undefined;
    if (constant === undefined) throw new Unreadable(`nothing here is called “${name}”`);
    return constant;
  }

  private takes(...signs: string[]): boolean {
    const token = this.tokens[this.next];
    if (token?.kind !== 'sign' || !signs.includes(token.text)) return false;
    this.next++;
    return true;
  }
}

/** Significant digits of a plain decimal number: leading zeros do not count, trailing ones after a point do. */
function digitsOf(text: string): number | undefined {
  const [, digits] = /^[-+−]?((?:\d+[.,]?\d*|[.,]\d+))(?:e[-+−]?\d+)?$/i.exec(text.trim()) ?? [];
  if (digits === undefined) return undefined;
  const significant = digits.replace(/[.,]/, '').replace(/^0+/, '');
  return /[.,]/.test(digits) ? significant.length : significant.replace(/0+$/, '').length;
}
