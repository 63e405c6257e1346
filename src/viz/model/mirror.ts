// The layout of a gradient of a gradient: the forward pass above, and below it, lane by lane, the backward passes that were
// recorded themselves. An op of a backward pass stands below the forward op that it differentiates, so that its lane runs
// from the right to the left, as the pass did.

import { type Curve, curveThrough } from './curves.ts';
import type { Cards } from './folding.ts';
import { type Layout, type LayoutOptions, layoutGraph } from './layout.ts';
import { at, type Model } from './model.ts';

/** A layout with its curves. */
export interface Mirrored {
  readonly layout: Layout;
  readonly curves: readonly Curve[];
}

const LANE_GAP = 70;
const STACK_GAP = 34;
/** Edges that leave or enter a card at the same side stand so far apart. */
const PORT_GAP = 14;

/** Whether a graph holds ops of a recorded backward pass. */
export function isNested(model: Model): boolean {
  return model.nodes.some(({ origin }) => origin !== undefined);
}

/**
 * For each node how many backward passes lie behind it: 0 in the forward pass, one more than its origin for an op of a backward
 * pass, and for anything computed from these as many as they have.
 */
export function ordersOf({ nodes }: Model): Int32Array {
  const orders = new Int32Array(nodes.length);
  nodes.forEach(({ origin, inputs }, id) => {
    let order = origin === undefined ? 0 : at(orders, origin) + 1;
    for (const input of inputs) order = Math.max(order, at(orders, input));
    orders[id] = order;
  });
  return orders;
}

/** The card of the forward op that a card of a backward pass differentiates. */
export function originCard({ model, cards, cardOf }: Cards, card: number): number | undefined {
  const origin = model.nodes[cards[card]?.node ?? -1]?.origin;
  return origin === undefined ? undefined : at(cardOf, origin);
}

/** Lays out a graph that {@link isNested}. */
export function mirroredLayout(
  cards: Cards,
  widths: Float64Array,
  heights: Float64Array,
  options: LayoutOptions & { columnGap: number },
): Mirrored {
  const orders = ordersOf(cards.model);
  const lanes = Int32Array.from(cards.cards, ({ node }) => at(orders, node));
  const count = cards.cards.length;
  const x = new Float64Array(count);
  const y = new Float64Array(count);
  const layers = new Int32Array(count);
  const upper = forwardLane(cards, lanes, widths, heights, options);
  upper.members.forEach((card, k) => {
    x[card] = at(upper.layout.x, k);
    y[card] = at(upper.layout.y, k);
    layers[card] = at(upper.layout.layers, k);
  });
  const step = (widths[0] ?? 0) + options.columnGap;
  let bottom = upper.layout.height / 2;
  const deepest = lanes.reduce((most, lane) => Math.max(most, lane), 0);
  for (let lane = 1; lane <= deepest; lane++) {
    bottom = placeLane(cards, lanes, lane, { x, y, layers, heights, step, top: bottom + LANE_GAP });
  }
  const layout = centred({ x, y, layers, widths, heights });
  const shift = { x: at(layout.x, 0) - at(x, 0), y: at(layout.y, 0) - at(y, 0) };
  return { layout, curves: curvesOf(cards, lanes, layout, { widths, heights, upper, shift }) };
}

interface Upper {
  members: number[];
  layout: Layout;
  /** By edge of the cards, its number in the layout of the lane. */
  edges: Map<number, number>;
}

/** The forward pass by itself, towards its own last node. */
function forwardLane(
  cards: Cards,
  lanes: Int32Array,
  widths: Float64Array,
  heights: Float64Array,
  options: LayoutOptions,
): Upper {
  const members = [...lanes.keys()].filter(card => lanes[card] === 0);
  const place = new Map(members.map((card, k) => [card, k]));
  const edges = new Map<number, number>();
  const sources: number[] = [];
  const targets: number[] = [];
  cards.edges.forEach(({ source, target }, e) => {
    const [from, to] = [place.get(source), place.get(target)];
    if (from === undefined || to === undefined) return;
    edges.set(e, sources.push(from) - 1);
    targets.push(to);
  });
  // What the first backward pass began from: the last op that nothing of the forward pass consumes.
  const used = new Set(sources);
  const isOp = (k: number): boolean =>
    cards.model.nodes[cards.cards[members[k] ?? 0]?.node ?? 0]?.kind === 'op';
  let root = members.length - 1;
  for (let k = members.length - 1; k >= 0; k--) {
    if (used.has(k) || !isOp(k)) continue;
    root = k;
    break;
  }
  const layout = layoutGraph(
    {
      count: members.length,
      sources: Int32Array.from(sources),
      targets: Int32Array.from(targets),
      root: Math.max(0, root),
      widths: Float64Array.from(members, card => at(widths, card)),
      heights: Float64Array.from(members, card => at(heights, card)),
    },
    options,
  );
  return { members, layout, edges };
}

interface Lane {
  x: Float64Array;
  y: Float64Array;
  layers: Int32Array;
  heights: Float64Array;
  /** From one column to the next. */
  step: number;
  top: number;
}

/** Places the cards of a lane below their origins, those of one column one below the other. Returns where the lane ends. */
function placeLane(cards: Cards, lanes: Int32Array, lane: number, to: Lane): number {
  const filled = new Map<number, number>();
  let bottom = to.top;
  cards.cards.forEach((_, card) => {
    if (lanes[card] !== lane) return;
    const origin = originCard(cards, card);
    let column: number;
    if (origin !== undefined) column = at(to.x, origin);
    else {
      // Computed from the gradient, as a penalty is: further along the way that the lane runs.
      const before = (cards.cards[card]?.inputs ?? []).flatMap(e => {
        const source = cards.edges[e]?.source ?? 0;
        return lanes[source] === lane ? [at(to.x, source)] : [];
      });
      column = before.length === 0 ? 0 : Math.min(...before) - to.step;
    }
    const height = at(to.heights, card);
    const top = filled.get(column) ?? to.top;
    to.x[card] = column;
    to.y[card] = top + height / 2;
    to.layers[card] = Math.round(-column / to.step);
    filled.set(column, top + height + STACK_GAP);
    bottom = Math.max(bottom, top + height);
  });
  return bottom;
}

function centred(placed: {
  x: Float64Array;
  y: Float64Array;
  layers: Int32Array;
  widths: Float64Array;
  heights: Float64Array;
}): Layout {
  const { x, y, layers, widths, heights } = placed;
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let k = 0; k < x.length; k++) {
    left = Math.min(left, at(x, k) - at(widths, k) / 2);
    right = Math.max(right, at(x, k) + at(widths, k) / 2);
    top = Math.min(top, at(y, k) - at(heights, k) / 2);
    bottom = Math.max(bottom, at(y, k) + at(heights, k) / 2);
  }
  const [middleX, middleY] = [(left + right) / 2, (top + bottom) / 2];
  const least = layers.reduce((most, layer) => Math.min(most, layer), 0);
  return {
    x: x.map(value => value - middleX),
    y: y.map(value => value - middleY),
    layers: layers.map(layer => layer - least),
    bends: [],
    width: right - left,
    height: bottom - top,
  };
}

interface Drawn {
  widths: Float64Array;
  heights: Float64Array;
  upper: Upper;
  /** How far the lanes were moved to be centred. */
  shift: { x: number; y: number };
}

function curvesOf(cards: Cards, lanes: Int32Array, layout: Layout, drawn: Drawn): Curve[] {
  const leaving = new Map<string, number>();
  const port = (card: number, side: string, of: number): number => {
    const key = `${card} ${side}`;
    const k = leaving.get(key) ?? 0;
    leaving.set(key, k + 1);
    // 0, +1, −1, +2, −2 …: around the middle, and never beyond the card.
    const offset = Math.ceil(k / 2) * (k % 2 === 0 ? -1 : 1) * PORT_GAP;
    return Math.max(-of / 2 + 10, Math.min(of / 2 - 10, offset));
  };
  return cards.edges.map(({ source, target }, e) => {
    const [sx, sy, tx, ty] = [
      at(layout.x, source),
      at(layout.y, source),
      at(layout.x, target),
      at(layout.y, target),
    ];
    const [sw, tw] = [at(drawn.widths, source) / 2, at(drawn.widths, target) / 2];
    const [sh, th] = [at(drawn.heights, source), at(drawn.heights, target)];
    const forward = drawn.upper.edges.get(e);
    if (forward !== undefined) {
      const bends = shifted(drawn.upper.layout.bends[forward], drawn.shift);
      const from = sy + port(source, 'right', sh);
      return curveThrough(sx + sw, from, tx - tw, ty + port(target, 'left', th), bends);
    }
    const sideways = lanes[source] === lanes[target] && Math.abs(tx - sx) >= sw + tw;
    // Other cards stand between these two: around them on the left.
    const apart = Math.abs(ty - sy) - (sh + th) / 2;
    if (sx === tx && lanes[source] === lanes[target] && apart > STACK_GAP + 1) {
      const fromY = sy + port(source, 'left', sh);
      return around(sx - sw, fromY, tx - tw, ty + port(target, 'left', th));
    }
    if (!sideways) {
      const down = ty >= sy ? 1 : -1;
      const fromX = sx + port(source, down > 0 ? 'bottom' : 'top', 2 * sw);
      const toX = tx + port(target, down > 0 ? 'top' : 'bottom', 2 * tw);
      return upright(fromX, sy + (down * sh) / 2, toX, ty - (down * th) / 2);
    }
    const left = tx < sx ? -1 : 1;
    const fromY = sy + port(source, left < 0 ? 'left' : 'right', sh);
    const toY = ty + port(target, left < 0 ? 'right' : 'left', th);
    return curveThrough(sx + left * sw, fromY, tx - left * tw, toY);
  });
}

function shifted(bends: Float64Array | undefined, by: { x: number; y: number }): Float64Array {
  return (bends ?? new Float64Array(0)).map((value, k) => value + (k % 3 === 2 ? by.y : by.x));
}

/** A bow to the left of a column. */
function around(x0: number, y0: number, x1: number, y1: number): Curve {
  const bow = Math.min(x0, x1) - 48;
  return Float64Array.of(x0, y0, bow, y0, bow, y1, x1, y1);
}

/** A curve with upright tangents. */
function upright(x0: number, y0: number, x1: number, y1: number): Curve {
  const middle = (y0 + y1) / 2;
  return Float64Array.of(x0, y0, x0, middle, x1, middle, x1, y1);
}
