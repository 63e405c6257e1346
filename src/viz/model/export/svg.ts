// The picture at a step as a stand-alone SVG: what the canvas of the page shows, as shapes and texts. Every string of the
// trace becomes the text of an element and nothing else.

import type { Curve } from '../curves.ts';
import { FORMULA_LINE, LABEL_HEIGHT } from '../frame.ts';
import type { Scene, SceneCard, SceneEdge } from '../scene.ts';
import type { Sign, Tone } from '../tone.ts';
import { mixHex, type ThemeColours, type ThemeName, themeColours } from './theme.ts';

export interface SvgOptions {
  theme?: ThemeName;
  /** Free space around the picture. */
  margin?: number;
}

/** Pictures of more cards show their names only: no viewer of SVG copes with a million texts. */
const MOST_FULL_CARDS = 3_000;
const SANS = "Inter, system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif";
const MONO = "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace";
/** Average width of a character of the monospaced font, as a share of its size. */
const MONO_WIDTH = 0.602;
/** The sans-serif ones are narrower on average; a title is cut a little early rather than late. */
const SANS_WIDTH = 0.58;
const BAND = 4.5;
const DIMMED = 0.32;

/** Draws a scene. Its size in pixels is that of the graph. */
export function svgOf(scene: Scene, { theme = 'light', margin = 24 }: SvgOptions = {}): string {
  const colours = themeColours(theme);
  const width = Math.ceil(scene.frame.width + 2 * margin);
  const height = Math.ceil(scene.frame.height + 2 * margin);
  const full = scene.cards.length <= MOST_FULL_CARDS;
  const body: string[] = [];
  // What is quiet lies below what is looked at.
  const ranked = [...scene.edges].sort((a, b) => rankOf(a) - rankOf(b));
  for (const edge of ranked) body.push(edgeShape(edge, scene, colours));
  for (const card of scene.cards) body.push(cardShape(card, full, colours));
  if (full) for (const edge of ranked) body.push(labelShape(edge, colours));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
      `viewBox="${-width / 2} ${-height / 2} ${width} ${height}" font-family="${SANS}">`,
    definitions(colours),
    `<rect x="${-width / 2}" y="${-height / 2}" width="${width}" height="${height}" fill="${colours.canvas}"/>`,
    ...body.filter(part => part !== ''),
    '</svg>',
    '',
  ].join('\n');
}

function definitions(colours: ThemeColours): string {
  return (
    '<defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">' +
    `<rect width="5" height="5" fill="${colours.alarm}"/><rect width="1.8" height="5" fill="${colours.card}"/></pattern></defs>`
  );
}

function rankOf({ state, selected, emphasis }: SceneEdge): number {
  return state === 'active' ? 2 : selected || emphasis !== undefined ? 1 : 0;
}

function edgeShape(edge: SceneEdge, scene: Scene, colours: ThemeColours): string {
  const active = edge.state === 'active';
  const strong = active || edge.emphasis !== undefined;
  const emphasis = edge.emphasis === undefined ? 0 : 1.2 + 2.6 * edge.emphasis;
  const tone = edge.tone === undefined ? 0 : 3 * edge.tone.depth;
  const base = active ? 2.4 : edge.selected ? 1.9 : 1.1;
  const stroke = strong
    ? colours.accent
    : edge.selected
      ? colours.soft
      : edge.tone !== undefined && edge.tone.sign !== 'none'
        ? colourOf(colours, edge.tone)
        : edge.state === 'delivered'
          ? colours['edge-strong']
          : colours.edge;
  const dash = dashOf(edge);
  const parts = [
    `<path d="${pathOf(edge.frame.curve)}" fill="none" stroke="${stroke}" stroke-width="${short(base + Math.max(emphasis, tone))}"`,
    dash === '' ? '' : ` stroke-dasharray="${dash}"`,
    edge.dimmed ? ` opacity="${DIMMED}"` : '',
    '/>',
  ];
  if (active && !edge.dimmed) parts.push(arrow(edge.frame.curve, scene.forward, colours.accent));
  return parts.join('');
}

function dashOf({ state, tone }: SceneEdge): string {
  if (state === 'idle') return '3 3';
  if (tone?.sign === 'zero') return '2 6';
  return tone?.sign === 'nonfinite' ? '9 4' : '';
}

/** Gradients travel to the start of an edge, values to its end. */
function arrow(curve: Curve, forward: boolean, colour: string): string {
  const [x = 0, y = 0] = forward ? curve.slice(-2) : curve;
  const back = forward ? -6 : 6;
  return `<path d="M${short(x)} ${short(y)}l${back} -4v8z" fill="${colour}"/>`;
}

function pathOf(curve: Curve): string {
  let path = `M${short(curve[0] ?? 0)} ${short(curve[1] ?? 0)}`;
  for (let k = 2; k + 5 < curve.length; k += 6) {
    path += `C${Array.from(curve.slice(k, k + 6), short).join(' ')}`;
  }
  return path;
}

function cardShape(card: SceneCard, full: boolean, colours: ThemeColours): string {
  const { x, y, width, height, kind } = card.frame;
  const [left, top] = [x - width / 2, y - height / 2];
  const acting = card.state === 'fires' || card.state === 'computing';
  const waiting =
    card.state === 'pending' || card.state === 'unreached' || card.state === 'waiting';
  const plain = colours[kind === 'op' ? 'card' : kind];
  const parts = [`<g${card.dimmed ? ` opacity="${DIMMED}"` : ''}>`];
  if (card.selected) {
    parts.push(
      `<rect x="${short(left - 4)}" y="${short(top - 4)}" width="${width + 8}" height="${height + 8}" rx="10.5" ` +
        `fill="none" stroke="${colours.select}" stroke-width="2"/>`,
    );
  }
  parts.push(
    `<rect x="${short(left)}" y="${short(top)}" width="${width}" height="${height}" rx="7" ` +
      `fill="${waiting ? mixHex(plain, colours.canvas, 0.4) : plain}" ` +
      `stroke="${acting ? colours.accent : colours['line-strong']}" stroke-width="${acting ? 2.2 : 1.1}"/>`,
    band(card, left, top, colours),
    ...(full ? texts(card, left, top, colours) : [nameOnly(card, left, colours)]),
    '</g>',
  );
  return parts.join('');
}

/** The band at the left: hue for the sign, depth for the size, gaps while partial, a hatch where it is not finite. */
function band(
  { tone, state, frame: { height } }: SceneCard,
  left: number,
  top: number,
  colours: ThemeColours,
): string {
  if (tone.sign === 'none') return '';
  const fill = tone.sign === 'nonfinite' ? 'url(#hatch)' : colourOf(colours, tone);
  const x = short(left + BAND / 2);
  const dash = state === 'partial' ? ' stroke-dasharray="3.4 2.6"' : '';
  return `<line x1="${x}" y1="${short(top + 2)}" x2="${x}" y2="${short(top + height - 2)}" stroke="${fill}" stroke-width="${BAND - 0.5}"${dash}/>`;
}

function texts(card: SceneCard, left: number, top: number, colours: ThemeColours): string[] {
  const { title, symbol, formulaLines, shape, width, height } = card.frame;
  const inner = width - 19;
  const right = left + width - 8;
  const parts: string[] = [];
  const note = cut(
    [card.progress, symbol].filter(part => part !== '').join('  '),
    inner / 2,
    12.5 * SANS_WIDTH,
  );
  if (note !== '')
    parts.push(text(note, right, top + 17, 12.5, colours.muted, ' text-anchor="end"'));
  const taken = note.length * 12.5 * SANS_WIDTH + (note === '' ? 0 : 6);
  const ink = card.state === 'unreached' ? colours.soft : colours.ink;
  parts.push(
    text(
      cut(title, inner - taken, 14 * SANS_WIDTH),
      left + 11,
      top + 17,
      14,
      ink,
      ' font-weight="600"',
    ),
  );
  const lines = shape === '' ? formulaLines : [...formulaLines, shape];
  lines.forEach((line, k) => {
    const baseline = top + 17 + (k + 1) * FORMULA_LINE;
    parts.push(
      mono(cut(line, inner + 3, 10.1 * MONO_WIDTH), left + 11, baseline, 10.1, colours.muted),
    );
  });
  const bottom = top + height;
  const v = card.norm ? '‖v‖' : 'v';
  const g = card.norm ? (card.state === 'partial' ? 'Σ' : '‖g‖') : 'g';
  const [first, second] = [
    { label: v, text: card.value, colour: colours.soft },
    { label: g, text: card.gradient, colour: hueOf(colours, card.gradientSign) },
  ];
  for (const [line, y] of [
    [first, bottom - 23.5],
    [second, bottom - 8.5],
  ] as const) {
    if (line.text === '') continue;
    parts.push(mono(line.label, left + 11, y, 12, colours.muted));
    const at = left + 11 + (line.label.length === 1 ? 12 : 28);
    parts.push(mono(line.text, at, y, 12, line.colour));
  }
  if (card.gradientSign === 'nonfinite') {
    parts.push(text('⚠', right, bottom - 8.5, 14, colours.alarm, ' text-anchor="end"'));
  }
  return parts;
}

function nameOnly(
  { frame: { title, y, width } }: SceneCard,
  left: number,
  colours: ThemeColours,
): string {
  return text(cut(title, width - 16, 20 * SANS_WIDTH), left + 10, y + 7, 20, colours.ink, '');
}

function labelShape(edge: SceneEdge, colours: ThemeColours): string {
  const { label, frame, state } = edge;
  const strong = state === 'active' || edge.selected || edge.emphasis !== undefined;
  if (label === '' || (!strong && frame.label.crowded) || edge.dimmed) return '';
  const two = strong && edge.contribution !== '';
  const first = two ? label : edge.quietLabel;
  const longest = Math.max(
    Array.from(first).length,
    two ? Array.from(edge.contribution).length : 0,
  );
  const width = longest * 10.2 * MONO_WIDTH + 9;
  const height = two ? LABEL_HEIGHT - 2 : 17;
  const { x, y } = frame.label;
  const stroke = state === 'active' ? colours.accent : strong ? colours.soft : colours.line;
  const middle = ' text-anchor="middle" font-weight="600"';
  const parts = [
    `<rect x="${short(x - width / 2)}" y="${short(y - height / 2)}" width="${short(width)}" height="${height}" ` +
      `rx="7.5" fill="${colours.canvas}" stroke="${stroke}" stroke-width="${strong ? 1.3 : 0.8}"/>`,
    mono(first, x, y + (two ? -3 : 3.6), 10.2, strong ? colours.ink : colours.muted, middle),
  ];
  if (two) {
    parts.push(
      mono(edge.contribution, x, y + 11, 10.2, hueOf(colours, edge.contributionSign), middle),
    );
  }
  return parts.join('');
}

function mono(string: string, x: number, y: number, size: number, fill: string, more = ''): string {
  return text(string, x, y, size, fill, ` font-family="${MONO}"${more}`);
}

function text(
  string: string,
  x: number,
  y: number,
  size: number,
  fill: string,
  more: string,
): string {
  if (string === '') return '';
  return `<text x="${short(x)}" y="${short(y)}" font-size="${size}" fill="${fill}"${more}>${escapeXml(string)}</text>`;
}

function cut(string: string, width: number, each: number): string {
  const characters = Array.from(string);
  const room = Math.floor(width / each);
  if (characters.length <= room) return string;
  return room <= 1 ? '' : `${characters.slice(0, room - 1).join('')}…`;
}

function hueOf(colours: ThemeColours, sign: Sign): string {
  if (sign === 'positive') return colours.positive;
  if (sign === 'negative') return colours.negative;
  return sign === 'nonfinite' ? colours.alarm : colours.muted;
}

function colourOf(colours: ThemeColours, tone: Tone): string {
  if (tone.sign === 'none' || tone.sign === 'zero') return colours['line-strong'];
  return mixHex(colours.card, hueOf(colours, tone.sign), 0.3 + 0.7 * tone.depth);
}

/** Two digits after the point: a hundredth of a pixel. */
function short(x: number): string {
  return String(Math.round(x * 100) / 100);
}

/** Text for XML 1.0: markup escaped, and what the standard allows in no document replaced. */
export function escapeXml(string: string): string {
  let escaped = '';
  for (const character of string) {
    const code = character.codePointAt(0) ?? 0;
    const control = code < 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d;
    // Half of a pair is no character.
    const half = code >= 0xd800 && code <= 0xdfff;
    if (control || half || code === 0xfffe || code === 0xffff) escaped += '\ufffd';
    else escaped += ENTITIES.get(character) ?? character;
  }
  return escaped;
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
]);
