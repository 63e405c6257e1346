// Writing expressions down, as text and as LaTeX. The ops bring their own notation; this file places the parentheses.

import { type Expression, visit } from './expression.ts';
import type { Notation, Precedence, Writer } from './op.ts';
import { latexName } from './trace.ts';

const RANK: Record<Precedence, number> = {
  comparison: 0,
  sum: 1,
  negation: 2,
  product: 3,
  power: 4,
  atom: 5,
};

/** Anything longer is shortened to an ellipsis: nobody reads it, and shared subterms can grow without bound. */
const LONGEST = 20_000;

interface Written {
  string: string;
  precedence: Precedence;
}

interface Style {
  notation: 'text' | 'latex';
  minus: string;
  parentheses(inner: string): string;
  symbol(name: string): string;
}

const TEXT: Style = {
  notation: 'text',
  minus: '−',
  parentheses: inner => `(${inner})`,
  symbol: name => name,
};

const LATEX: Style = {
  notation: 'latex',
  minus: '-',
  parentheses: inner => `\\left(${inner}\\right)`,
  symbol: latexName,
};

/** How to write the symbols; by default by their names. */
export type SymbolWriter = (name: string) => string | number | undefined;

/** An expression as text. Symbols for which `fill` returns a number or a string are written as that. */
export function writeText(expression: Expression, fill?: SymbolWriter): string {
  return write(expression, TEXT, fill);
}

/** An expression as LaTeX; `symbolLatex` writes the symbols. */
export function writeLatex(
  expression: Expression,
  fill?: SymbolWriter,
  symbolLatex: (name: string) => string = latexName,
): string {
  return write(expression, { ...LATEX, symbol: symbolLatex }, fill);
}

function write(expression: Expression, style: Style, fill: SymbolWriter | undefined): string {
  const written = new Map<Expression, Written>();
  visit(expression, subterm => {
    const result = writeOne(subterm, style, fill, written);
    if (result.string.length > LONGEST) written.set(subterm, { string: '…', precedence: 'atom' });
    else written.set(subterm, result);
  });
  return (written.get(expression) as Written).string;
}

function writeOne(
  { op, args, symbol, number, shape, params }: Expression,
  style: Style,
  fill: SymbolWriter | undefined,
  written: ReadonlyMap<Expression, Written>,
): Written {
  if (number !== null) {
    const bold = shape === null || shape.length === 0 ? undefined : BOLD.get(number);
    if (bold !== undefined) return bold[style.notation];
    return CONSTANTS.get(number)?.[style.notation] ?? writeNumber(String(number), style);
  }
  if (op === null) {
    const name = symbol as string;
    const filled = fill?.(name);
    if (typeof filled === 'number') return writeNumber(String(filled), style);
    if (filled !== undefined) return writeNumber(filled, style);
    return { string: style.symbol(name), precedence: 'atom' };
  }
  const parts = args.map(arg => written.get(arg) as Written);
  const writer: Writer = {
    arg(k, precedence = 'comparison') {
      const part = parts[k] as Written;
      return RANK[part.precedence] < RANK[precedence]
        ? style.parentheses(part.string)
        : part.string;
    },
    raw: k => (parts[k] as Written).string,
    number: k => args[k]?.number ?? undefined,
    opOf: k => args[k]?.op ?? undefined,
    tensor: k => (args[k]?.shape?.length ?? 0) > 0 && args[k]?.number === null,
    count: args.length,
    params,
  };
  const notation: Notation = op[style.notation];
  return notation(writer);
}

/** Tensors full of one number. */
const BOLD: ReadonlyMap<number, { text: Written; latex: Written }> = new Map([
  [0, constant('𝟎', '\\mathbf{0}')],
  [1, constant('𝟏', '\\mathbf{1}')],
]);

/** Constants that say more by name. */
const CONSTANTS: ReadonlyMap<number, { text: Written; latex: Written }> = new Map([
  [Math.PI, constant('π', '\\pi ')],
  [Math.E, constant('e', 'e')],
  [Math.LN2, constant('ln(2)', '\\ln 2')],
  [Math.LN10, constant('ln(10)', '\\ln 10')],
  [2 / Math.sqrt(Math.PI), constant('2/√π', '\\frac{2}{\\sqrt{\\pi}}', 'product')],
  [2 * Math.sqrt(2 / Math.PI), constant('2√(2/π)', '2\\sqrt{\\frac{2}{\\pi}}', 'product')],
]);

function constant(
  text: string,
  latex: string,
  precedence: Precedence = 'atom',
): { text: Written; latex: Written } {
  return { text: { string: text, precedence }, latex: { string: latex, precedence } };
}

/** A number (or a string standing for one) with a true minus sign; negative ones bind like a negation. */
function writeNumber(string: string, style: Style): Written {
  const power = /^(-?[\d.]+)e([+-]?\d+)$/.exec(string);
  if (power !== null && style.notation === 'latex') {
    const [, mantissa = '', exponent = ''] = power;
    return {
      string: `${mantissa} \\cdot 10^{${Number(exponent)}}`,
      precedence: mantissa.startsWith('-') ? 'negation' : 'product',
    };
  }
  const named =
    style.notation === 'latex'
      ? string.replace('Infinity', '\\infty')
      : string.replace('Infinity', '∞');
  if (!/^[-−]/.test(named)) return { string: named, precedence: 'atom' };
  return { string: `${style.minus}${named.slice(1)}`, precedence: 'negation' };
}
