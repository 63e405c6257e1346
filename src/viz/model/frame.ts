// The still part of the picture: what is on every card and where it stands, the curves, the places of the labels. It
// changes with the graph and the folding, not with the pass or the step.

import { type Curve, curveThrough } from './curves.ts';
import type { Cards } from './folding.ts';
import { formatNumber } from './format.ts';
import { type LabelPlace, placeLabels } from './labels.ts';
import { type Layout, type LayoutInput, type LayoutOptions, layoutGraph } from './layout.ts';
import { isNested, mirroredLayout, originCard } from './mirror.ts';
import { at, opOf } from './model.ts';
import { titleOf } from './names.ts';
import { formulaOf } from './rule.ts';
import { hasTensors, shapeOf } from './tensors.ts';

export type CardKind = 'leaf' | 'constant' | 'op';

/** A card as it stands: its centre, its size and its fixed texts. */
export interface CardFrame {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly kind: CardKind;
  /** Whether it stands for a whole group. */
  readonly group: boolean;
  readonly title: string;
  /** The sign of the op; empty for leaves, constants and folded cards. */
  readonly symbol: string;
  /** The formula of a folded card in full; else empty. */
  readonly formula: string;
  /** The formula broken into the lines that fit on the card. */
  readonly formulaLines: readonly string[];
  /** The shape of a tensor, as `3×2`; empty for a number. */
  readonly shape: string;
}

export interface EdgeFrame {
  readonly source: number;
  readonly target: number;
  readonly curve: Curve;
  readonly label: LabelPlace;
}

export interface Frame {
  readonly cards: readonly CardFrame[];
  readonly edges: readonly EdgeFrame[];
  readonly width: number;
  readonly height: number;
  readonly columns: number;
  readonly layout: Layout;
}

/** Sizes in pixels at zoom 1. */
export const CARD_WIDTH = 116;
export const CARD_HEIGHT = 56;
/** What each line of a formula adds to the height of a card, and how many characters it has room for. */
export const FORMULA_LINE = 13;
const FORMULA_LENGTH = 16;
const FORMULA_LINES = 2;
/** How far the cards below the top one of a pile, which a group is drawn as, stick out; the lowest first. */
export const PILE = [6, 3] as const;
export const LABEL_WIDTH = 64;
/** With the local derivative and what it hands on, and with the derivative alone. */
export const LABEL_HEIGHT = 32;
export const QUIET_LABEL_HEIGHT = 17;
const COLUMN_GAP = 80;
/** Shares need more room than derivatives. */
const WIDE_LABEL_WIDTH = 84;
const WIDE_COLUMN_GAP = 98;
const ROW_GAP = 26;
/** Graphs with many cards in a column are packed more tightly. */
const TIGHT_ROW_GAP = 10;
const MANY_LEAVES = 40;
const PORT_GAP = 7;
/** The part of the first line of a card that its note may have beside a long name. */
const NOTE_SHARE = 0.54;
const NOTE_GAP = 6;

/** How wide the note at the right of a card's first line may be: its part of the line, or what the name leaves. */
export function noteRoom(line: number, nameWidth: number): number {
  return Math.max(NOTE_SHARE * line, line - NOTE_GAP - nameWidth);
}

/** What a note of that width takes of the line. */
export function noteTakes(width: number): number {
  return width === 0 ? 0 : width + NOTE_GAP;
}

/** What a layout needs to know of the cards, and what stands on them. */
export interface FramePlan {
  readonly cards: Cards;
  readonly fixed: readonly Omit<CardFrame, 'x' | 'y'>[];
  readonly input: LayoutInput;
  readonly options: Required<Pick<LayoutOptions, 'columnGap' | 'rowGap'>>;
}

/** Lays the cards out and works out everything about the picture that does not change over time. */
export function buildFrame(cards: Cards): Frame {
  const plan = planFrame(cards);
  const { input, options } = plan;
  if (!isNested(cards.model)) return placeFrame(plan, layoutGraph(input, options));
  const { layout, curves } = mirroredLayout(cards, input.widths, input.heights, options);
  return placeFrame(plan, layout, curves);
}

/** Works out what is on the cards, and so how large they are. */
export function planFrame(cards: Cards): FramePlan {
  const fixed = cards.cards.map((card, index): Omit<CardFrame, 'x' | 'y'> => {
    const folded = card.members.length > 1 || card.group !== undefined;
    const formula = folded ? formulaOf(cards, index) : '';
    const shape = shapeOf(cards.model, card.node);
    const origin = originCard(cards, index);
    const from = origin === undefined ? [] : [`∇ ${titleOf(cards, origin)}`];
    const group = card.group;
    const formulaLines =
      group === undefined ? [...from, ...linesOf(formula)] : [countsOf(group.ops, group.leaves)];
    const lines = formulaLines.length + (shape === '' ? 0 : 1);
    return {
      width: CARD_WIDTH,
      height: CARD_HEIGHT + lines * FORMULA_LINE,
      kind: cards.model.nodes[card.node]?.kind ?? 'op',
      title: titleOf(cards, index),
      group: group !== undefined,
      symbol: folded ? '' : (opOf(cards.model, card.node)?.symbol ?? ''),
      formula,
      formulaLines,
      shape,
    };
  });
  const leaves = fixed.reduce((count, card) => count + (card.kind === 'op' ? 0 : 1), 0);
  const options = {
    columnGap: hasTensors(cards.model) ? WIDE_COLUMN_GAP : COLUMN_GAP,
    rowGap: leaves > MANY_LEAVES ? TIGHT_ROW_GAP : ROW_GAP,
  };
  const input = {
    count: fixed.length,
    sources: Int32Array.from(cards.edges, edge => edge.source),
    targets: Int32Array.from(cards.edges, edge => edge.target),
    root: cards.root,
    widths: Float64Array.from(fixed, card => card.width),
    heights: Float64Array.from(fixed, card => card.height),
  };
  return { cards, fixed, input, options };
}

/** Puts the cards where the layout has them, and draws the edges between them; unless they are drawn already. */
export function placeFrame(
  { cards, fixed }: FramePlan,
  layout: Layout,
  drawn?: readonly Curve[],
): Frame {
  const wide = hasTensors(cards.model);
  const placed = fixed.map((card, i) => ({ ...card, x: at(layout.x, i), y: at(layout.y, i) }));
  const curves = drawn ?? curvesOf(cards, placed, layout);
  const labelWidth = wide ? WIDE_LABEL_WIDTH : LABEL_WIDTH;
  const labels = placeLabels(curves, labelWidth, LABEL_HEIGHT, QUIET_LABEL_HEIGHT);
  const edges = cards.edges.map(({ source, target }, e) => ({
    source,
    target,
    curve: curves[e] as Curve,
    label: labels[e] as LabelPlace,
  }));
  const columns = layout.layers.reduce((most, layer) => Math.max(most, layer + 1), 0);
  return { cards: placed, edges, width: layout.width, height: layout.height, columns, layout };
}

/** How much is in a group, short enough for a card: `84 ops · 12 w`. */
function countsOf(ops: number, leaves: number): string {
  const short = (count: number) =>
    count < 10_000 ? String(count) : `${formatNumber(count / 1000, 3)}k`;
  return `${short(ops)} ops${leaves > 0 ? ` · ${short(leaves)} w` : ''}`;
}

/** Breaks a formula before its operators, sums first; what does not fit into the last line ends in an ellipsis. */
export function linesOf(formula: string): string[] {
  const lines: string[] = [];
  let line = '';
  const add = (piece: string) => {
    if (line !== '' && line.length + piece.length > FORMULA_LENGTH) {
      lines.push(line);
      line = '';
    }
    line += piece;
  };
  for (const term of formula.split(/(?=[+−=<>])/)) {
    if (term.length <= FORMULA_LENGTH) add(term);
    else for (const factor of term.split(/(?=[·/(])/)) add(factor);
  }
  if (line !== '') lines.push(line);
  const kept = lines.slice(0, FORMULA_LINES).map(cut);
  if (lines.length > FORMULA_LINES) {
    const last = kept.pop() ?? '';
    kept.push(last.endsWith('…') ? last : `${last.slice(0, FORMULA_LENGTH - 1)}…`);
  }
  return kept;
}

function cut(line: string): string {
  return line.length > FORMULA_LENGTH ? `${line.slice(0, FORMULA_LENGTH - 1)}…` : line;
}

/** Edges leave and enter a card side by side, in the order in which they come, so that none hides another. */
function curvesOf(cards: Cards, placed: readonly CardFrame[], layout: Layout): Curve[] {
  const leaving = new Float64Array(cards.edges.length);
  const entering = new Float64Array(cards.edges.length);
  const firstY = (e: number) => layout.bends[e]?.[2] ?? placed[cards.edges[e]?.target ?? 0]?.y ?? 0;
  const lastY = (e: number) =>
    layout.bends[e]?.at(-1) ?? placed[cards.edges[e]?.source ?? 0]?.y ?? 0;
  cards.cards.forEach((card, index) => {
    const height = placed[index]?.height ?? 0;
    spread(card.outputs, firstY, height, leaving);
    spread(card.inputs, lastY, height, entering);
  });
  return cards.edges.map(({ source, target }, e) => {
    const from = placed[source] as CardFrame;
    const to = placed[target] as CardFrame;
    return curveThrough(
      from.x + from.width / 2,
      from.y + at(leaving, e),
      to.x - to.width / 2,
      to.y + at(entering, e),
      layout.bends[e],
    );
  });
}

function spread(
  edges: readonly number[],
  farY: (edge: number) => number,
  height: number,
  ports: Float64Array,
): void {
  if (edges.length < 2) return;
  const sorted = [...edges].sort((a, b) => farY(a) - farY(b) || a - b);
  const gap = Math.min(PORT_GAP, (height - 16) / (sorted.length - 1));
  sorted.forEach((edge, k) => {
    ports[edge] = (k - (sorted.length - 1) / 2) * gap;
  });
}
