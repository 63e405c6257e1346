// Paints the layers over training: a row for every layer, a cell for every pass or few of them. The deeper the blue, the
// longer the gradient; what is wrong stands out by its hue, by a line or a hatch, and by a glyph where there is room.

import type { Condition, HealthCell } from '../../../model/health.ts';
import { mix, type Palette } from '../../renderer/palette.ts';

export interface MapCursor {
  readonly layer: number;
  readonly column: number;
}

export interface MapSize {
  readonly width: number;
  readonly height: number;
  /** Where the cells begin. */
  readonly left: number;
}

export interface LayerPicture {
  readonly size: MapSize;
  readonly rows: readonly (readonly HealthCell[])[];
  readonly names: readonly string[];
  /** The powers of ten between which the depths run. */
  readonly range: { readonly low: number; readonly high: number };
  readonly cursor: MapCursor;
  readonly palette: Palette;
}

/** Room for the names; on a narrow page at most a share of it. */
const LEFT = 130;
const LEFT_SHARE = 0.3;
const TALLEST_ROW = 26;
const HIGHEST = 460;
const LEAST_LABEL = 11;
const FONT = '11px system-ui, sans-serif';

/** The size of the picture in its own pixels, and where the cells begin. */
export function layerMapSize(layers: number, width: number): MapSize {
  return {
    width,
    height: Math.max(1, layers) * rowHeight(layers),
    left: Math.min(LEFT, Math.round(width * LEFT_SHARE)),
  };
}

/** The layer at a height of the picture. */
export function layerAtY(y: number, layers: number): number | undefined {
  const layer = Math.floor(y / rowHeight(layers));
  return layer >= 0 && layer < layers ? layer : undefined;
}

function rowHeight(layers: number): number {
  return Math.min(TALLEST_ROW, Math.max(3, HIGHEST / Math.max(1, layers)));
}

export function paintLayers(canvas: HTMLCanvasElement, picture: LayerPicture): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const { rows, names, cursor, palette } = picture;
  const { width, height, left } = picture.size;
  const density = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * density);
  canvas.height = Math.round(height * density);
  context.setTransform(density, 0, 0, density, 0, 0);
  const row = rowHeight(rows.length);
  const every = Math.ceil(LEAST_LABEL / row);
  context.font = FONT;
  context.textBaseline = 'middle';
  rows.forEach((cells, layer) => {
    const top = layer * row;
    if (layer % every === 0 && top + Math.max(row, LEAST_LABEL) <= height + 1) {
      context.fillStyle = layer === cursor.layer ? palette.ink : palette.soft;
      context.textAlign = 'right';
      context.fillText(
        cut(names[layer] ?? '', left),
        left - 8,
        top + Math.max(row, LEAST_LABEL) / 2,
      );
    }
    paintRow(context, cells, top, row, picture);
  });
  rows.forEach((_, layer) => {
    paintGlyphs(context, layer, row, picture);
  });
  const cell = (width - left) / Math.max(1, rows[0]?.length ?? 1);
  context.strokeStyle = palette.ink;
  context.lineWidth = 2;
  const box = Math.max(cell, 5);
  const middle = left + (cursor.column + 0.5) * cell;
  context.strokeRect(middle - box / 2, cursor.layer * row + 1, box, Math.max(2, row - 2));
}

function paintRow(
  context: CanvasRenderingContext2D,
  cells: readonly HealthCell[],
  top: number,
  row: number,
  { palette, range, size }: LayerPicture,
): void {
  const width = (size.width - size.left) / Math.max(1, cells.length);
  const gap = gapOf(row);
  cells.forEach((cell, k) => {
    const left = size.left + k * width;
    // A hair wider, so that no seam shows between narrow cells.
    const wide = width > 6 ? width - 1 : width + 0.4;
    context.fillStyle = colourOfCell(cell, range, palette);
    context.fillRect(left, top, wide, row - gap);
  });
  for (const { condition, from, to } of runsOf(cells)) {
    const box = {
      left: size.left + from * width,
      top,
      width: (to - from) * width,
      height: row - gap,
    };
    markRun(context, condition, box, palette);
  }
}

/** Stretches of the same trouble. */
function runsOf(
  cells: readonly HealthCell[],
): { condition: Condition; from: number; to: number }[] {
  const runs: { condition: Condition; from: number; to: number }[] = [];
  cells.forEach(({ condition }, k) => {
    const last = runs.at(-1);
    if (last?.condition === condition && last.to === k) last.to = k + 1;
    else if (condition !== 'fine' && condition !== 'absent') {
      runs.push({ condition, from: k, to: k + 1 });
    }
  });
  return runs;
}

const GLYPHS: Readonly<Partial<Record<Condition, string>>> = {
  vanishing: '▽',
  exploding: '▲',
  dead: '○',
  nonfinite: '⚠',
};

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** What is wrong, without colour: a hatch, a line at the foot or at the head, and a glyph. */
function markRun(
  context: CanvasRenderingContext2D,
  condition: Condition,
  { left, top, width, height }: Box,
  palette: Palette,
): void {
  if (condition === 'nonfinite') {
    context.save();
    context.beginPath();
    context.rect(left, top, width, height);
    context.clip();
    context.strokeStyle = mix(palette.alarm, palette.card, 0.55);
    context.lineWidth = 2;
    for (let x = left - height; x < left + width; x += 6) {
      context.beginPath();
      context.moveTo(x, top + height);
      context.lineTo(x + height, top);
      context.stroke();
    }
    context.restore();
  } else {
    context.fillStyle = palette.ink;
    const y = condition === 'exploding' ? top : top + height - 1.5;
    context.fillRect(left, y, width, 1.5);
  }
}

/** Rows so low that a glyph reaches into the neighbours have one for several rows with the same trouble. */
const LOW_ROW = 12;

/** A glyph on every stretch of trouble with room for one, over all rows. */
function paintGlyphs(
  context: CanvasRenderingContext2D,
  layer: number,
  row: number,
  { rows, size, palette }: LayerPicture,
): void {
  const cells = rows[layer] ?? [];
  const width = (size.width - size.left) / Math.max(1, cells.length);
  context.font = FONT;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  for (const { condition, from, to } of runsOf(cells)) {
    const above = rows[layer - 1]?.[(from + to) >> 1]?.condition;
    if ((to - from) * width < 10 || (row < LOW_ROW && above === condition)) continue;
    const x = size.left + ((from + to) / 2) * width;
    const y = layer * row + (row - gapOf(row)) / 2;
    // On a ground of its own, whatever is below.
    context.fillStyle = palette.card;
    context.beginPath();
    context.arc(x, y, Math.min(9, Math.max(row, LOW_ROW) / 2), 0, 2 * Math.PI);
    context.fill();
    context.fillStyle = palette.ink;
    context.fillText(GLYPHS[condition] ?? '', x, y + 0.5);
  }
}

/** What is left free between rows; nothing where they are low. */
function gapOf(row: number): number {
  return row > 8 ? 2 : 0;
}

function colourOfCell(
  { condition, size }: HealthCell,
  { low, high }: LayerPicture['range'],
  palette: Palette,
): string {
  if (condition === 'absent') return palette.canvas;
  if (condition === 'dead') return palette.card;
  if (condition === 'nonfinite') return palette.alarm;
  const depth = high > low ? (size - low) / (high - low) : 1;
  const hue = condition === 'exploding' ? palette.negative : palette.positive;
  return mix(palette.card, hue, 0.12 + 0.88 * depth);
}

/** The end of a name tells layers apart better than its beginning. */
function cut(name: string, room: number): string {
  const most = Math.floor(room / 6.5);
  return name.length > most ? `…${name.slice(1 - most)}` : name;
}
