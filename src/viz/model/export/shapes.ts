// Cards, edges and labels of a scene as the shapes of an SVG. Two writers share them: `svg.ts` makes text of them for a
// file, the page makes elements of them where it cannot draw with WebGL.

import type { Curve } from '../curves.ts';
import {
  FORMULA_LINE,
  LABEL_HEIGHT,
  noteRoom,
  noteTakes,
  PILE,
  QUIET_LABEL_HEIGHT,
} from '../frame.ts';
import type { SceneCard, SceneEdge } from '../scene.ts';
import type { Sign, Tone } from '../tone.ts';
import { mixHex, type ThemeColours } from './theme.ts';

/** An element of an SVG. Whatever a trace says is in `text`, or in no shape at all. */
export interface Shape {
  readonly tag: 'g' | 'rect' | 'path' | 'line' | 'text' | 'circle' | 'defs' | 'pattern';
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly text?: string;
  readonly parts?: readonly Shape[];
}

/** How things are looked at. */
export interface Look {
  readonly colours: ThemeColours;
  /** Cards in full, or with their names only. */
  readonly full: boolean;
  /** The zoom: lines and names keep their weight on the screen when the graph is far away. */
  readonly scale: number;
  /** The card under the pointer. */
  readonly hovered?: number | undefined;
}

export const SANS = "Inter, system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif";
const MONO = "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace";
/** Average width of a character of the monospaced font, as a share of its size. */
const MONO_WIDTH = 0.602;
/** Shares of the size for characters of the sans-serif one; a title is cut a little early rather than late. */
const SANS_WIDTHS = [
  [/\p{Extended_Pictographic}/u, 1.35],
  [/[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60]/u, 1.05],
  [/[MW@%]/, 0.95],
  [/[A-Z<>&=+~#∇×−…]/, 0.76],
] as const;
const SANS_WIDTH = 0.58;
const BAND = 4.5;
const DIMMED = 0.32;
/** Room for the ‖v‖ before a number. */
const NORM_LABEL = 28;

/** What the shapes refer to: the hatch of what is not finite. */
export function definitions(colours: ThemeColours): Shape {
  const hatch = {
    id: 'hatch',
    width: 5,
    height: 5,
    patternUnits: 'userSpaceOnUse',
    patternTransform: 'rotate(45)',
  };
  const parts = [
    shape('rect', { width: 5, height: 5, fill: colours.alarm }),
    shape('rect', { width: 1.8, height: 5, fill: colours.card }),
  ];
  return group({}, [{ tag: 'pattern', attributes: hatch, parts }], 'defs');
}

/** What is quiet (0) lies below what is looked at (1), and that below what acts (2). */
export function rankOf(edge: SceneEdge, hovered?: number): 0 | 1 | 2 {
  if (edge.state === 'active') return 2;
  return edge.emphasis !== undefined || isLit(edge, hovered) ? 1 : 0;
}

function isLit({ selected, frame }: SceneEdge, hovered: number | undefined): boolean {
  return selected || (hovered !== undefined && [frame.source, frame.target].includes(hovered));
}

/** The curve of an edge, with an arrow while something travels along it. */
export function edgeShape(
  edge: SceneEdge,
  forward: boolean,
  { colours, scale, hovered }: Look,
): Shape {
  const active = edge.state === 'active';
  const lit = isLit(edge, hovered);
  const weight = 1 / Math.min(1, Math.max(scale, 0.1) * 1.25);
  const emphasis = edge.emphasis === undefined ? 0 : 1.2 + 2.6 * edge.emphasis;
  const tone = edge.tone === undefined ? 0 : 3 * edge.tone.depth;
  const base = active ? 2.4 : lit ? 1.9 : 1.1;
  const dash = dashOf(edge);
  const curve = shape('path', {
    d: pathOf(edge.frame.curve),
    fill: 'none',
    stroke: strokeOf(edge, lit, colours),
    'stroke-width': short((base + Math.max(emphasis, tone)) * weight),
    ...(dash === '' ? {} : { 'stroke-dasharray': dash }),
  });
  const parts =
    active && !edge.dimmed
      ? [curve, arrow(edge.frame.curve, forward, weight, colours.accent)]
      : [curve];
  return group(edge.dimmed ? { opacity: DIMMED } : {}, parts);
}

function strokeOf(edge: SceneEdge, lit: boolean, colours: ThemeColours): string {
  if (edge.state === 'active' || edge.emphasis !== undefined) return colours.accent;
  if (lit) return colours.soft;
  if (edge.tone !== undefined && edge.tone.sign !== 'none') return colourOf(colours, edge.tone);
  return edge.state === 'delivered' ? colours['edge-strong'] : colours.edge;
}

function dashOf({ state, tone }: SceneEdge): string {
  if (state === 'idle') return '3 3';
  if (tone?.sign === 'zero') return '2 6';
  return tone?.sign === 'nonfinite' ? '9 4' : '';
}

/** Gradients travel to the start of an edge, values to its end. */
function arrow(curve: Curve, forward: boolean, weight: number, fill: string): Shape {
  const [x = 0, y = 0] = forward ? curve.slice(-2) : curve;
  const size = 4 * Math.min(weight, 1.6);
  const back = short(forward ? -1.5 * size : 1.5 * size);
  return shape('path', {
    d: `M${short(x)} ${short(y)}l${back} ${short(-size)}v${short(2 * size)}z`,
    fill,
  });
}

/** A curve as SVG writes it. */
export function pathOf(curve: Curve): string {
  let path = `M${short(curve[0] ?? 0)} ${short(curve[1] ?? 0)}`;
  for (let k = 2; k + 5 < curve.length; k += 6) {
    path += `C${Array.from(curve.slice(k, k + 6), short).join(' ')}`;
  }
  return path;
}

/** A card at its place. */
export function cardShape(card: SceneCard, look: Look): Shape {
  const { colours, hovered } = look;
  const { x, y, width, height, kind } = card.frame;
  const [left, top] = [x - width / 2, y - height / 2];
  const acting = card.state === 'fires' || card.state === 'computing';
  const waiting =
    card.state === 'pending' || card.state === 'unreached' || card.state === 'waiting';
  const plain = colours[kind === 'op' ? 'card' : kind];
  const parts: Shape[] = [];
  const pile = card.frame.group ? PILE[0] : 0;
  if (card.selected) {
    parts.push(
      shape('rect', {
        x: short(left - 4),
        y: short(top - 4),
        width: width + 8 + pile,
        height: height + 8 + pile,
        rx: 10.5,
        fill: 'none',
        stroke: colours.select,
        'stroke-width': 2,
      }),
    );
  }
  // A group is a pile of cards.
  for (const by of card.frame.group ? PILE : []) {
    const [x, y] = [short(left + by), short(top + by)];
    const stroke = { stroke: colours['line-strong'], 'stroke-width': 1.1 };
    parts.push(shape('rect', { x, y, width, height, rx: 7, fill: plain, ...stroke }));
  }
  const border = hovered === card.index ? colours.select : colours['line-strong'];
  parts.push(
    shape('rect', {
      x: short(left),
      y: short(top),
      width,
      height,
      rx: 7,
      fill: waiting ? mixHex(plain, colours.canvas, 0.4) : plain,
      stroke: acting ? colours.accent : border,
      'stroke-width': acting ? 2.2 : 1.1,
    }),
    ...band(card, left, top, colours),
    ...(look.full ? texts(card, left, top, colours) : nameOnly(card, left, look)),
  );
  return group(card.dimmed ? { opacity: DIMMED } : {}, parts);
}

/** The band at the left: hue for the sign, depth for the size, gaps while partial, a hatch where it is not finite. */
function band(
  { tone, state, frame: { height } }: SceneCard,
  left: number,
  top: number,
  colours: ThemeColours,
): Shape[] {
  if (tone.sign === 'none') return [];
  const x = short(left + BAND / 2);
  return [
    shape('line', {
      x1: x,
      y1: short(top + 2),
      x2: x,
      y2: short(top + height - 2),
      stroke: tone.sign === 'nonfinite' ? 'url(#hatch)' : colourOf(colours, tone),
      'stroke-width': BAND - 0.5,
      ...(state === 'partial' ? { 'stroke-dasharray': '3.4 2.6' } : {}),
    }),
  ];
}

function texts(card: SceneCard, left: number, top: number, colours: ThemeColours): Shape[] {
  const { title, symbol, formulaLines, shape: size, width, height } = card.frame;
  const inner = width - 19;
  const right = left + width - 8;
  const bottom = top + height;
  const whole = card.lines?.note ?? [card.progress, symbol].filter(part => part !== '').join('  ');
  const note = cut(whole, noteRoom(inner, widthOf(title, sans(14))), sans(12.5));
  const taken = noteTakes(widthOf(note, sans(12.5)));
  const ink = card.state === 'unreached' ? colours.soft : colours.ink;
  const name = cut(title, inner - taken, sans(14));
  const lines = size === '' ? formulaLines : [...formulaLines, size];
  const parts = [
    text(note, right, top + 17, 12.5, colours.muted, AT_END),
    text(name, left + 11, top + 17, 14, ink, BOLD),
    ...lines.map((line, k) => {
      const fitting = cut(line, inner + 3, () => 10.1 * MONO_WIDTH);
      return mono(fitting, left + 11, top + 17 + (k + 1) * FORMULA_LINE, 10.1, colours.muted);
    }),
    ...numbersOf(card, colours).flatMap(({ label, number, fill }, k) => {
      const y = bottom - 23.5 + 15 * k;
      // Not before there is a number.
      if (number === '') return [];
      const room = label.length === 1 ? 12 : NORM_LABEL;
      return [
        mono(label, left + 11, y, 12, colours.muted),
        mono(number, left + 11 + room, y, 12, fill),
      ];
    }),
  ];
  if (card.gradientSign === 'nonfinite' && card.lines === undefined) {
    parts.push(text('⚠', right, bottom - 8.5, 14, colours.alarm, AT_END));
  }
  return parts.flat();
}

/** The two numbers on a card: value and gradient, or what the colours put in their place. */
function numbersOf(
  card: SceneCard,
  colours: ThemeColours,
): { label: string; number: string; fill: string }[] {
  if (card.lines !== undefined) {
    return card.lines.numbers.map(({ label, text: number, sign }) => ({
      label,
      number,
      fill: hueOf(colours, sign),
    }));
  }
  const { norm, state, value, gradient, gradientSign } = card;
  // Shares that are not complete are no norm yet.
  const g = norm ? (state === 'partial' ? 'Σ' : '‖g‖') : 'g';
  return [
    { label: norm ? '‖v‖' : 'v', number: value, fill: colours.soft },
    { label: g, number: gradient, fill: hueOf(colours, gradientSign) },
  ];
}

/** Far away only the name, as large as the card allows. */
function nameOnly(
  { frame: { title, y, width }, state }: SceneCard,
  left: number,
  { colours, scale }: Look,
): Shape[] {
  const size = Math.min(10.5 / scale, 20);
  const ink = state === 'unreached' ? colours.soft : colours.ink;
  const name = cut(title, width - 16, sans(size));
  return text(name, left + 10, y + 0.35 * size, size, ink, BOLD);
}

/** The pill on an edge: the local derivative, and below it what travels; nothing where there is nothing to say. */
export function labelShape(edge: SceneEdge, { colours, hovered }: Look): Shape | undefined {
  const { label, frame, state } = edge;
  const strong = state === 'active' || edge.emphasis !== undefined || isLit(edge, hovered);
  if (label === '' || (!strong && frame.label.crowded) || edge.dimmed) return undefined;
  const two = strong && edge.contribution !== '';
  const first = two ? label : edge.quietLabel;
  const second = two ? edge.contribution : '';
  const longest = Math.max(Array.from(first).length, Array.from(second).length);
  const width = longest * 10.2 * MONO_WIDTH + 9;
  const height = two ? LABEL_HEIGHT - 2 : QUIET_LABEL_HEIGHT;
  const { x, y } = frame.label;
  return group({}, [
    shape('rect', {
      x: short(x - width / 2),
      y: short(y - height / 2),
      width: short(width),
      height,
      rx: 7.5,
      fill: colours.canvas,
      stroke: state === 'active' ? colours.accent : strong ? colours.soft : colours.line,
      'stroke-width': strong ? 1.3 : 0.8,
    }),
    ...mono(first, x, y + (two ? -3 : 3.6), 10.2, strong ? colours.ink : colours.muted, IN_MIDDLE),
    ...mono(second, x, y + 11, 10.2, hueOf(colours, edge.contributionSign), IN_MIDDLE),
  ]);
}

type Attributes = Shape['attributes'];

const AT_END: Attributes = { 'text-anchor': 'end' };
const BOLD: Attributes = { 'font-weight': 600 };
const IN_MIDDLE: Attributes = { 'text-anchor': 'middle', 'font-weight': 600 };

function shape(tag: Shape['tag'], attributes: Attributes): Shape {
  return { tag, attributes };
}

function group(attributes: Attributes, parts: readonly Shape[], tag: 'g' | 'defs' = 'g'): Shape {
  return { tag, attributes, parts };
}

function mono(
  string: string,
  x: number,
  y: number,
  size: number,
  fill: string,
  more: Attributes = {},
): Shape[] {
  return text(string, x, y, size, fill, { 'font-family': MONO, ...more });
}

/** A text, or nothing where it is empty. */
function text(
  string: string,
  x: number,
  y: number,
  size: number,
  fill: string,
  more: Attributes,
): Shape[] {
  if (string === '') return [];
  const attributes = { x: short(x), y: short(y), 'font-size': short(size), fill, ...more };
  return [{ tag: 'text', attributes, text: string }];
}

/** How wide a character is, in pixels. */
type Widths = (character: string) => number;

function sans(size: number): Widths {
  return character =>
    size * (SANS_WIDTHS.find(([characters]) => characters.test(character))?.[1] ?? SANS_WIDTH);
}

function widthOf(string: string, widths: Widths): number {
  return Array.from(string).reduce((sum, character) => sum + widths(character), 0);
}

/** A text cut to a width. */
function cut(string: string, width: number, widths: Widths): string {
  // Whatever a trace calls its nodes, no card has room for more than this.
  const characters = Array.from(string.slice(0, 200));
  if (widthOf(string.slice(0, 200), widths) <= width && string.length <= 200) return string;
  let room = width - widths('…');
  const fitting = characters.findIndex(character => {
    room -= widths(character);
    return room < 0;
  });
  return fitting <= 0 ? '' : `${characters.slice(0, fitting).join('')}…`;
}

function hueOf(colours: ThemeColours, sign: Sign): string {
  if (sign === 'positive') return colours.positive;
  if (sign === 'negative') return colours.negative;
  return sign === 'nonfinite' ? colours.alarm : colours.muted;
}

/** A tone as a colour over that of a card. */
export function colourOf(colours: ThemeColours, tone: Tone): string {
  if (tone.sign === 'none' || tone.sign === 'zero') return colours['line-strong'];
  return mixHex(colours.card, hueOf(colours, tone.sign), 0.3 + 0.7 * tone.depth);
}

/** Two digits after the point: a hundredth of a pixel. */
export function short(x: number): string {
  return String(Math.round(x * 100) / 100);
}
