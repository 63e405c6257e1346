// The texts of the lessons: read into pieces, with the numbers of the trace in their places, so that a text cannot state a
// number that the engine does not compute.
//
//   $\sigma(x)$     a formula            `relu(x)`   code        **word**   what matters
//   [[w1]]          a card to select     «g w1:9»    a number: the gradient of w1, to nine digits
//
// What a number is: `v` value, `g` gradient, `d y x` the derivative ∂y/∂x on that edge, `c y x` what y contributes to the
// gradient of x, `z` how many elements of the gradient are 0. `«v y[1]»` is an element of a tensor, `«v E@0»` of pass 0.

import { type Trace, traceNumber } from '../../autograd/trace.ts';
import { cardFlows, foldCards } from '../model/folding.ts';
import { formatLatex, formatShort } from '../model/format.ts';
import { buildModel, labelOf } from '../model/model.ts';
import { buildPlayback, nodeGradient, nodeValue, type Playback } from '../model/playback.ts';

export type PieceKind = 'text' | 'strong' | 'code' | 'math' | 'card' | 'number';

export interface Piece {
  readonly kind: PieceKind;
  readonly text: string;
  /** The comma or full stop right behind a formula or a card, which must not begin a line. */
  readonly sign?: string;
}

/** Which number stands in a text. */
export interface NumberQuery {
  readonly what: string;
  readonly names: readonly string[];
  readonly element?: number;
  readonly digits: number;
  readonly pass?: number;
}

/** One number, or the elements of a tensor in order with the sizes of its axes; axes of size 1 are left out. */
export interface Found {
  readonly data: readonly number[];
  readonly shape: readonly number[];
}

export type Numbers = (query: NumberQuery) => Found;

const QUERY = /«([vgdcz]) ([^«»:@[\]]+)(?:\[(\d+)\])?(?::(\d+))?(?:@(-?\d+))?»/g;
const PIECE = /\$([^$]+)\$|`([^`]+)`|\*\*([^*]+)\*\*|\[\[([^[\]]+)\]\]|(«[^«»]+»)/g;

/** Reads a text and puts the numbers in. */
export function piecesOf(text: string, numbers: Numbers): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  const plain = (to: number) => {
    if (to > end) pieces.push({ kind: 'text', text: text.slice(end, to) });
  };
  for (const match of text.matchAll(PIECE)) {
    plain(match.index);
    end = match.index + match[0].length;
    const [, math, code, strong, card, number] = match;
    if (math !== undefined) pieces.push({ kind: 'math', text: inFormula(math, numbers) });
    else if (code !== undefined) pieces.push({ kind: 'code', text: code });
    else if (strong !== undefined) pieces.push({ kind: 'strong', text: strong });
    else if (card !== undefined) pieces.push({ kind: 'card', text: card });
    else if (number !== undefined) pieces.push({ kind: 'number', text: inText(number, numbers) });
  }
  plain(text.length);
  return pieces;
}

const SIGNS_BEHIND = /^[，。、；：？！）》”’,.;:?!)]+/;

/** The same pieces, with what must not begin a line taken to the formula or the card before it: a line may end behind these. */
export function withSigns(pieces: readonly Piece[]): Piece[] {
  return pieces.map((piece, k) => {
    const [before, after] = [pieces[k - 1], pieces[k + 1]];
    if (isBox(piece) && after?.kind === 'text') {
      const [sign] = SIGNS_BEHIND.exec(after.text) ?? [];
      return sign === undefined ? piece : { ...piece, sign };
    }
    if (piece.kind !== 'text' || before === undefined || !isBox(before)) return piece;
    return { ...piece, text: piece.text.replace(SIGNS_BEHIND, '') };
  });
}

function isBox({ kind }: Piece): boolean {
  return kind === 'math' || kind === 'card';
}

/** The names of the cards that a text points to. */
export function cardsIn(text: string): string[] {
  return [...text.matchAll(/\[\[([^[\]]+)\]\]/g)].map(match => match[1] ?? '');
}

function inText(text: string, numbers: Numbers): string {
  return text.replace(QUERY, (...groups) => {
    const query = queryOf(groups);
    return written(numbers(query), x => formatShort(x, query.digits));
  });
}

function inFormula(text: string, numbers: Numbers): string {
  // KaTeX has its own sign for the prime.
  return text.replaceAll('′', "'").replace(QUERY, (...groups) => {
    const query = queryOf(groups);
    const number = written(numbers(query), x => formatLatex(x, query.digits));
    const before = text.slice(0, Number(groups.at(-2)));
    return number.startsWith('-') && /(?:\\cdot|[-+])\s*$/.test(before) ? `(${number})` : number;
  });
}

/** A list in brackets for each axis. */
function written({ data, shape }: Found, format: (x: number) => string): string {
  const [size, ...rest] = shape;
  if (size === undefined) return data.map(format).join();
  const each = data.length / size;
  const rows = Array.from({ length: size }, (_, k) =>
    written({ data: data.slice(k * each, (k + 1) * each), shape: rest }, format),
  );
  return `[${rows.join(', ')}]`;
}

function queryOf(groups: readonly string[]): NumberQuery {
  const [, what = '', names = '', element, digits, pass] = groups;
  return {
    what,
    names: names.split(' '),
    digits: digits === undefined ? 5 : Number(digits),
    ...(element === undefined ? {} : { element: Number(element) }),
    ...(pass === undefined ? {} : { pass: Number(pass) }),
  };
}

/** The place of a pass in a trace; from the end where it is negative. */
export function passPlace(trace: Trace, pass: number): number {
  return pass < 0 ? trace.passes.length + pass : pass;
}

/** A pass of a trace over its cards. */
export function playbackFor(trace: Trace, pass: number, fold = true): Playback {
  const it = trace.passes[passPlace(trace, pass)];
  if (it === undefined) throw new RangeError(`there is no pass ${pass}`);
  const cards = foldCards(buildModel(trace, it.graph), { fold });
  return buildPlayback(cards, it, cardFlows(cards, it));
}

/** The card of that name; throws where there is none. */
export function cardCalled({ cards }: Playback, name: string): number {
  const card = cards.cards.findIndex(({ node }) => labelOf(cards.model, node) === name);
  if (card < 0) throw new RangeError(`there is no card ${name}`);
  return card;
}

/** The numbers of a trace; those of `standard` where a query names no pass. */
export function numbersOf(trace: Trace, standard: number): Numbers {
  const known = new Map<number, Playback>();
  return ({ what, names: [name = '', source = ''], element, pass = standard }) => {
    const playback = known.get(pass) ?? playbackFor(trace, pass);
    known.set(pass, playback);
    const card = cardCalled(playback, name);
    if (what === 'd' || what === 'c') return one(edgeNumber(playback, what, card, source));
    const node = playback.cards.cards[card]?.node ?? -1;
    const data = elements(playback, node, what === 'v');
    if (what === 'z') return one(data.filter(x => x === 0).length);
    if (element === undefined) {
      const shape = playback.cards.model.nodes[node]?.shape ?? [];
      return { data, shape: data.length === 1 ? [] : shape.filter(size => size !== 1) };
    }
    const found = data[element];
    if (found === undefined) throw new RangeError(`${name} has no element ${element}`);
    return one(found);
  };
}

function one(x: number): Found {
  return { data: [x], shape: [] };
}

function elements({ pass }: Playback, node: number, value: boolean): number[] {
  const tensors = value ? pass.tensors?.values : pass.tensors?.gradients;
  const data = tensors?.[node]?.data;
  if (data !== undefined) return data.map(x => traceNumber(x));
  const single = value ? nodeValue(pass, node) : nodeGradient(pass, node);
  if (single === null) throw new RangeError('there is no gradient');
  return [single];
}

function edgeNumber(
  { cards, flows }: Playback,
  what: 'd' | 'c',
  target: number,
  source: string,
): number {
  const sums = what === 'd' ? flows.locals : flows.contributions;
  const own = (cards.cards[target]?.inputs ?? []).filter(
    edge =>
      labelOf(cards.model, cards.cards[cards.edges[edge]?.source ?? -1]?.node ?? -1) === source,
  );
  const found = own.map(edge => sums[edge]).filter(x => x !== null && x !== undefined);
  if (found.length === 0) throw new RangeError(`nothing flows to ${source}`);
  return found.reduce((sum, x) => sum + x, 0);
}

/** A formula as it is typeset: a word of several letters is one name and no product of them. */
export function typesetFormula(latex: string): string {
  return latex.replaceAll(
    /(\\[a-zA-Z]+(?:\s*\{[^{}]*\})?)|[a-zA-Z]{3,}/g,
    (word, command: string | undefined) => command ?? `\\mathit{${word}}`,
  );
}

/** A formula in plain characters, for where it is not typeset. */
export function plainFormula(latex: string): string {
  return latex
    .replaceAll(/\\t?frac\s*\{?([^{}\s])\}?\s*\{?([^{}\s])\}?/g, '$1/$2')
    .replaceAll(/\\(?:mathrm|mathsf)\s*\{?([\w\\]+)\}?/g, '$1')
    .replaceAll(/\\sqrt\s*\{?([^{}]+)\}?/g, '√($1)')
    .replaceAll(/\\([a-zA-Z]+)\s?/g, (_, word: string) => SIGNS[word] ?? word)
    .replaceAll(/\\[,;]/g, ' ')
    .replaceAll('\\_', '_')
    .replaceAll(/[{}]/g, '');
}

const SIGNS: Readonly<Record<string, string>> = {
  ...{ cdot: '· ', partial: '∂', sigma: 'σ', sum: 'Σ', leftarrow: '← ' },
  ...{ lfloor: '⌊', rfloor: '⌋' },
};
