// Paints a scene on a canvas: curves, their labels, cards. Everything is measured in the pixels of zoom 1; the camera is
// a scale and an offset. What lies outside the window is skipped.

import { pointAlong } from '../../model/curves.ts';
import { FORMULA_LINE, noteRoom, noteTakes, PILE } from '../../model/frame.ts';
import { cardsInView, edgesInView } from '../../model/in-view.ts';
import type { Scene, SceneCard, SceneEdge } from '../../model/scene.ts';
import { ARROW, FONTS, roundedRectangle, shortened } from './brush.ts';
import { paintLabels } from './paint-labels.ts';
import { isLit, type PaintOptions } from './paint-options.ts';
import { colourOf, hueOf, mix, type Palette } from './palette.ts';

/** Below this zoom a card shows its name only; below the second it is left to WebGL. */
export const FULL_CARDS = 0.46;
export const NAMED_CARDS = 0.16;

/** How much is left of what steps back behind a highlight. */
const DIMMED = 0.32;

/** Paints everything; the context is in screen pixels. */
export function paintScene(
  context: CanvasRenderingContext2D,
  scene: Scene,
  options: PaintOptions,
): void {
  const { camera, width, height } = options;
  context.save();
  context.translate(camera.x, camera.y);
  context.scale(camera.scale, camera.scale);
  const view = {
    left: -camera.x / camera.scale,
    top: -camera.y / camera.scale,
    right: (width - camera.x) / camera.scale,
    bottom: (height - camera.y) / camera.scale,
  };
  const painted = options.onlyActiveEdges ? loudOf(scene, options) : edgesInView(scene.frame, view);
  const edges = painted.flatMap(edge => scene.edge(edge) ?? []);
  const layers: SceneEdge[][] = [[], [], []];
  for (const edge of edges) {
    const level =
      edge.state === 'active' ? 2 : edge.emphasis !== undefined || isLit(edge, options) ? 1 : 0;
    if (level > 0 || !options.onlyActiveEdges) layers[level]?.push(edge);
  }
  for (const layer of layers) for (const edge of layer) paintEdge(context, edge, options);
  if (camera.scale >= NAMED_CARDS) {
    for (const index of cardsInView(scene.frame, view)) {
      const card = scene.card(index);
      if (card === undefined) continue;
      if (card.dimmed) context.globalAlpha = DIMMED;
      paintCard(context, card, options);
      context.globalAlpha = 1;
    }
  }
  paintLabels(context, edges, options);
  if (options.pulse !== undefined) paintPulse(context, layers[2] ?? [], options.pulse, options);
  context.restore();
}

/** The edges that are painted where WebGL has drawn the quiet ones. */
function loudOf(scene: Scene, { hovered }: PaintOptions): number[] {
  const loud = new Set(scene.loudEdges);
  if (hovered !== undefined) for (const edge of scene.edgesOf(hovered)) loud.add(edge);
  return [...loud].sort((a, b) => a - b);
}

function paintEdge(
  context: CanvasRenderingContext2D,
  edge: SceneEdge,
  options: PaintOptions,
): void {
  const { palette, camera } = options;
  const { curve } = edge.frame;
  const active = edge.state === 'active';
  const lit = isLit(edge, options);
  context.beginPath();
  context.moveTo(curve[0] ?? 0, curve[1] ?? 0);
  for (let k = 2; k + 5 < curve.length; k += 6) {
    context.bezierCurveTo(
      curve[k] ?? 0,
      curve[k + 1] ?? 0,
      curve[k + 2] ?? 0,
      curve[k + 3] ?? 0,
      curve[k + 4] ?? 0,
      curve[k + 5] ?? 0,
    );
  }
  // A line keeps its weight on the screen when the graph is far away.
  const weight = 1 / Math.min(1, Math.max(camera.scale, 0.1) * 1.25);
  const emphasis = edge.emphasis === undefined ? 0 : 1.2 + 2.6 * edge.emphasis;
  const tone = edge.tone === undefined ? 0 : 3 * edge.tone.depth;
  context.lineWidth = (active ? 2.4 : lit ? 1.9 : 1.1) * weight + Math.max(emphasis, tone) * weight;
  context.strokeStyle = strokeOf(edge, lit, palette);
  context.setLineDash(dashOf(edge));
  if (edge.dimmed) context.globalAlpha = DIMMED;
  context.stroke();
  context.globalAlpha = 1;
  context.setLineDash([]);
  if (!active || edge.dimmed) return;
  // A gradient travels from the consumer to the input, a value the other way.
  const [x, y] = options.forward ? curve.slice(-2) : curve;
  paintArrow(context, x ?? 0, y ?? 0, options.forward ? -weight : weight, palette.accent);
}

/** Where nothing flows, where nothing gets through, and where what gets through is not finite: told without colour. */
function dashOf({ state, tone }: SceneEdge): number[] {
  if (state === 'idle') return [3, 3];
  if (tone?.sign === 'zero') return [2, 6];
  return tone?.sign === 'nonfinite' ? [9, 4] : [];
}

function strokeOf(edge: SceneEdge, lit: boolean, palette: Palette): string {
  if (edge.state === 'active' || edge.emphasis !== undefined) return palette.accent;
  if (lit) return palette.soft;
  if (edge.tone !== undefined && edge.tone.sign !== 'none') return colourOf(palette, edge.tone);
  return edge.state === 'delivered' ? palette['edge-strong'] : palette.edge;
}

/** An arrow that points to the left; to the right for a negative weight. */
function paintArrow(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  weight: number,
  colour: string,
): void {
  const size = ARROW * Math.min(Math.abs(weight), 1.6);
  const back = Math.sign(weight) * size * 1.5;
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x + back, y - size);
  context.lineTo(x + back, y + size);
  context.closePath();
  context.fillStyle = colour;
  context.fill();
}

function paintPulse(
  context: CanvasRenderingContext2D,
  edges: readonly SceneEdge[],
  pulse: number,
  { palette, camera, forward }: PaintOptions,
): void {
  const eased = 1 - (1 - pulse) ** 3;
  context.fillStyle = palette.accent;
  context.globalAlpha = pulse < 0.85 ? 1 : (1 - pulse) / 0.15;
  for (const edge of edges) {
    const { x, y } = pointAlong(edge.frame.curve, forward ? eased : 1 - eased);
    context.beginPath();
    context.arc(x, y, 4.5 / Math.min(1, camera.scale), 0, 2 * Math.PI);
    context.fill();
  }
  context.globalAlpha = 1;
}

function paintCard(
  context: CanvasRenderingContext2D,
  card: SceneCard,
  options: PaintOptions,
): void {
  const { palette, camera, hovered } = options;
  const { x, y, width, height, kind } = card.frame;
  const left = x - width / 2;
  const top = y - height / 2;
  const waiting = isWaiting(card);
  const fill = palette[kind === 'op' ? 'card' : kind];
  if (acts(card)) {
    context.save();
    context.shadowColor = palette.accent;
    context.shadowBlur = 16 * camera.scale;
    roundedRectangle(context, left, top, width, height, 7);
    context.fillStyle = fill;
    context.fill();
    context.restore();
  }
  if (card.selected) {
    const pile = card.frame.group ? PILE[0] : 0;
    roundedRectangle(context, left - 4, top - 4, width + 8 + pile, height + 8 + pile, 10.5);
    context.strokeStyle = palette.select;
    context.lineWidth = 2;
    context.stroke();
  }
  // A group is a pile of cards.
  if (card.frame.group) {
    for (const by of PILE) {
      roundedRectangle(context, left + by, top + by, width, height, 7);
      context.fillStyle = fill;
      context.fill();
      context.strokeStyle = palette['line-strong'];
      context.lineWidth = 1.1;
      context.stroke();
    }
  }
  roundedRectangle(context, left, top, width, height, 7);
  context.fillStyle = waiting ? mix(fill, palette.canvas, 0.4) : fill;
  context.fill();
  context.save();
  context.clip();
  paintTone(context, card, left, top, palette);
  context.restore();
  roundedRectangle(context, left, top, width, height, 7);
  context.strokeStyle = borderOf(card, hovered === card.index, palette);
  context.lineWidth = acts(card) ? 2.2 : 1.1;
  context.stroke();
  if (camera.scale >= FULL_CARDS) paintTexts(context, card, left, top, palette);
  else paintName(context, card, left, top, options);
}

/** Whether this is the card that the step is about. */
function acts({ state }: SceneCard): boolean {
  return state === 'fires' || state === 'computing';
}

/** Whether the time of the card is still to come, or never comes. */
function isWaiting({ state }: SceneCard): boolean {
  return state === 'pending' || state === 'unreached' || state === 'waiting';
}

function borderOf(card: SceneCard, hovered: boolean, palette: Palette): string {
  if (acts(card)) return palette.accent;
  if (hovered) return palette.select;
  return isWaiting(card) ? mix(palette.line, palette['line-strong'], 0.4) : palette['line-strong'];
}

/** The band at the left of a card: its hue is the sign, its depth the size, hatched where the number is not finite. */
function paintTone(
  context: CanvasRenderingContext2D,
  { tone, frame: { height }, state }: SceneCard,
  left: number,
  top: number,
  palette: Palette,
): void {
  if (tone.sign === 'none') return;
  const band = 4.5;
  context.fillStyle = colourOf(palette, tone);
  if (state !== 'partial') {
    context.fillRect(left, top, band, height);
  } else {
    for (let y = top; y < top + height; y += 6) context.fillRect(left, y, band, 3.4);
  }
  if (tone.sign !== 'nonfinite') return;
  context.strokeStyle = palette.card;
  context.lineWidth = 1.6;
  for (let y = top - band; y < top + height; y += 5) {
    context.beginPath();
    context.moveTo(left - 1, y + band + 1);
    context.lineTo(left + band + 1, y - 1);
    context.stroke();
  }
}

const PAD_LEFT = 11;
const PAD_RIGHT = 8;
/** Room for the ‖v‖ before a number. */
const NORM_LABEL = 28;

function paintTexts(
  context: CanvasRenderingContext2D,
  card: SceneCard,
  left: number,
  top: number,
  palette: Palette,
): void {
  const { title, symbol, formulaLines, shape, width, height } = card.frame;
  const waiting = isWaiting(card);
  const right = left + width - PAD_RIGHT;
  const inner = width - PAD_LEFT - PAD_RIGHT;
  context.textBaseline = 'alphabetic';
  const note = card.lines?.note ?? [card.progress, symbol].filter(part => part !== '').join('  ');
  context.font = FONTS.title;
  const room = note === '' ? 0 : noteRoom(inner, context.measureText(title).width);
  context.textAlign = 'right';
  context.font = FONTS.symbol;
  context.fillStyle = palette.muted;
  const short = shortened(context, note, room);
  if (short !== '') context.fillText(short, right, top + 17);
  const taken = noteTakes(short === '' ? 0 : context.measureText(short).width);
  context.textAlign = 'left';
  context.font = FONTS.title;
  context.fillStyle = waiting && card.state !== 'pending' ? palette.soft : palette.ink;
  context.fillText(shortened(context, title, inner - taken), left + PAD_LEFT, top + 17);
  context.font = FONTS.formula;
  context.fillStyle = palette.muted;
  const lines = shape === '' ? formulaLines : [...formulaLines, shape];
  lines.forEach((line, k) => {
    const baseline = top + 17 + (k + 1) * FORMULA_LINE;
    context.fillText(shortened(context, line, inner + 3), left + PAD_LEFT, baseline);
  });
  const bottom = top + height;
  if (card.lines !== undefined) {
    card.lines.numbers.forEach(({ label, text, sign }, k) => {
      const baseline = bottom - 23.5 + 15 * k;
      paintNumber(context, label, text, left, baseline, hueOf(palette, sign), palette);
    });
    return;
  }
  const v = card.norm ? '‖v‖' : 'v';
  // Shares that are not complete are no norm yet.
  const g = card.norm ? (card.state === 'partial' ? 'Σ' : '‖g‖') : 'g';
  paintNumber(context, v, card.value, left, bottom - 23.5, palette.soft, palette);
  const colour = card.gradientSign === 'none' ? palette.muted : hueOf(palette, card.gradientSign);
  paintNumber(context, g, card.gradient, left, bottom - 8.5, colour, palette);
  if (card.gradientSign === 'nonfinite') alarm(context, right, bottom - 8.5, palette);
}

function paintNumber(
  context: CanvasRenderingContext2D,
  label: string,
  number: string,
  left: number,
  baseline: number,
  colour: string,
  palette: Palette,
): void {
  context.textAlign = 'left';
  context.font = FONTS.number;
  context.fillStyle = palette.muted;
  context.fillText(label, left + PAD_LEFT, baseline);
  context.fillStyle = colour;
  const room = label.length === 1 ? 12 : NORM_LABEL;
  context.fillText(number, left + PAD_LEFT + room, baseline);
}

function alarm(
  context: CanvasRenderingContext2D,
  right: number,
  baseline: number,
  palette: Palette,
): void {
  context.font = FONTS.title;
  context.textAlign = 'right';
  context.fillStyle = palette.alarm;
  context.fillText('⚠', right, baseline);
}

/** How much smaller than the others the name of a card may be. */
const SMALLER = 0.65;

/** Far away only the name, as large as the card allows. */
function paintName(
  context: CanvasRenderingContext2D,
  card: SceneCard,
  left: number,
  top: number,
  { palette, camera }: PaintOptions,
): void {
  const { title, width, height } = card.frame;
  const size = Math.min(10.5 / camera.scale, 26);
  if (size * camera.scale < 5) return;
  context.font = `600 ${size}px ${FONTS.sans}`;
  // A little smaller rather than cut.
  const fit = (width - 16) / context.measureText(title).width;
  if (fit < 1) context.font = `600 ${size * Math.max(fit, SMALLER)}px ${FONTS.sans}`;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  context.fillStyle = card.state === 'unreached' ? palette.soft : palette.ink;
  context.fillText(shortened(context, title, width - 16), left + 10, top + height / 2);
}
