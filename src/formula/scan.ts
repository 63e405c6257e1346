// A first look at a formula, character by character: what can never stand in one, brackets that have no partner, and
// bounds on length and depth. The parser behind it recurses, so it must never see what has no bounds.

import { FormulaError } from './error.ts';

/** Longer than any formula that somebody writes by hand, and far below what could exhaust the parser. */
export const MAX_LENGTH = 10_000;
/** How deep parentheses, signs and powers may nest. */
export const MAX_DEPTH = 200;

/** Characters with one meaning that are easy to type or paste instead of the plain one. All are one unit long. */
const PLAIN: ReadonlyMap<string, string> = new Map([
  ['−', '-'],
  ['–', '-'],
  ['·', '*'],
  ['⋅', '*'],
  ['×', '*'],
  ['÷', '/'],
  ['∕', '/'],
]);

/** What cannot stand in a formula, and what to do instead. */
const FORBIDDEN: ReadonlyMap<string, string> = new Map([
  ['"', 'text in quotes cannot be computed with'],
  ["'", 'a quote has no meaning here; ask for a derivative with --order'],
  ['`', 'text in quotes cannot be computed with'],
  ['[', 'lists are not supported; use round parentheses'],
  [']', 'lists are not supported; use round parentheses'],
  ['{', 'use round parentheses'],
  ['}', 'use round parentheses'],
  [';', 'only one expression can be given'],
  ['?', 'for a choice write where(condition, a, b)'],
  [':', 'for a choice write where(condition, a, b)'],
  ['&', 'for "and" multiply the comparisons'],
  ['|', 'for the absolute value write abs(x)'],
  ['%', 'the remainder is not supported'],
  ['~', 'this sign has no meaning here'],
  ['\\', 'a backslash has no meaning here'],
  ['#', 'this sign has no meaning here'],
  ['@', 'this sign has no meaning here'],
  ['√', 'for a square root write sqrt(x)'],
  ['²', 'for a square write x^2'],
  ['³', 'for a cube write x^3'],
]);

/** What may stand in a program and not in a formula: lists, and words in quotes. */
const OF_PROGRAMS = new Set(['[', ']', '"', "'"]);
const OPENING: ReadonlyMap<string, string> = new Map([
  [')', '('],
  [']', '['],
]);

/**
 * The formula with plain signs and spaces, each at its old place, after checking what can be seen without parsing.
 *
 * @throws FormulaError
 */
export function scan(text: string, inProgram = false): string {
  if (text.length > MAX_LENGTH) {
    throw new FormulaError(
      `the expression has ${text.length} characters; no more than ${MAX_LENGTH} are read`,
      text,
      { start: MAX_LENGTH, end: MAX_LENGTH + 1 },
    );
  }
  let plain = '';
  const open: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const raw = text.charAt(i);
    const character = PLAIN.get(raw) ?? (/\s/.test(raw) ? ' ' : raw);
    const at = { start: i, end: i + 1 };
    const forbidden = FORBIDDEN.get(character);
    if (forbidden !== undefined && !(inProgram && OF_PROGRAMS.has(character))) {
      throw new FormulaError(forbidden, text, at);
    }
    if (character < ' ' || character === '\u007f') {
      throw new FormulaError('a control character has no meaning here', text, at);
    }
    if (/[([]/.test(character) && open.push(i) > MAX_DEPTH) throw tooDeep(text, i);
    const opening = OPENING.get(character);
    if (opening !== undefined) {
      const partner = open.pop();
      if (partner === undefined) {
        throw new FormulaError(`this ${bracketName(opening)} was never opened`, text, at);
      }
      if (text.charAt(partner) !== opening) throw neverClosed(text, partner);
    }
    plain += character;
  }
  const unclosed = open.pop();
  if (unclosed !== undefined) throw neverClosed(text, unclosed);
  const empty = /(?:^|[^\w$)\u0080-\uffff\s])\s*(\(\s*\))/d.exec(plain)?.indices?.[1];
  if (empty !== undefined) {
    const at = { start: empty[0], end: empty[1] };
    throw new FormulaError('there is nothing in these parentheses', text, at);
  }
  // The parser would skip these commas.
  const comma = /[([]\s*,|,\s*[,)\]]/.exec(plain);
  if (comma !== null) {
    const start =
      comma.index + comma[0].lastIndexOf(comma[0].startsWith(',') ? comma[0].slice(-1) : ',');
    throw new FormulaError('an input is missing before this', text, { start, end: start + 1 });
  }
  if (plain.trim() === '') {
    throw new FormulaError('the expression is empty', text, { start: 0, end: 1 });
  }
  return plain;
}

function bracketName(opening: string): string {
  return opening === '(' ? 'parenthesis' : 'bracket';
}

function neverClosed(text: string, index: number): FormulaError {
  const message = `this ${bracketName(text.charAt(index))} is never closed`;
  return new FormulaError(message, text, { start: index, end: index + 1 });
}

/** The error for a formula that nests too deep at `index`. */
export function tooDeep(text: string, index: number): FormulaError {
  return new FormulaError(`the expression is nested more than ${MAX_DEPTH} deep`, text, {
    start: index,
    end: index + 1,
  });
}
