// Paints a picture of a tensor: crisp cells, negative ones with a dash, a hatch and a glyph for NaN and ∞, and frames around
// the cells that are pointed out.

import type { Picture } from '../../../model/picture.ts';
import { signOf } from '../../../model/tone.ts';
import { hueOf, mix, readPalette } from '../../renderer/palette.ts';

export interface Painted {
  readonly picture: Picture;
  readonly data: readonly number[];
  /** The size at which colours end. */
  readonly most: number;
  /** Elements to frame, and the cell of the cursor. */
  readonly marks: ReadonlySet<number>;
  readonly cursor: number | undefined;
  /** Pixels of the page for one cell. */
  readonly cell: number;
}

/** Cells smaller than this have no room for a sign. */
const LEAST_FOR_SIGN = 9;

export function paint(canvas: HTMLCanvasElement, it: Painted): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const ratio = Math.max(1, Math.round(globalThis.devicePixelRatio || 1));
  const { rows, columns, places } = it.picture;
  const size = it.cell * ratio;
  canvas.width = columns * size;
  canvas.height = rows * size;
  const palette = readPalette(canvas.parentElement ?? document.body);
  places.forEach((place, k) => {
    if (place < 0) return;
    const [x, y] = [(k % columns) * size, Math.floor(k / columns) * size];
    const value = it.data[place] ?? Number.NaN;
    const sign = signOf(value);
    const hue = hueOf(palette, sign);
    const share = it.most === 0 ? 0 : Math.min(1, Math.abs(value) / it.most);
    // From the colour of nothing to the full hue, so that small elements look small.
    context.fillStyle = sign === 'nonfinite' ? palette.card : mix(palette.card, hue, share);
    context.fillRect(x, y, size, size);
    if (sign === 'nonfinite')
      hatch(context, x, y, size, { colour: hue, halo: palette.card }, Number.isNaN(value));
    if (sign === 'negative' && it.cell >= LEAST_FOR_SIGN) {
      context.fillStyle = share > 0.55 ? palette.card : palette.ink;
      context.fillRect(
        x + Math.round(0.3 * size),
        y + Math.floor(size / 2),
        size - 2 * Math.round(0.3 * size),
        Math.max(1, Math.round(size / 14)),
      );
    }
  });
  const frame = (k: number, colour: string, width: number): void => {
    const [x, y] = [(k % columns) * size, Math.floor(k / columns) * size];
    context.fillStyle = colour;
    const line = Math.min(width * ratio, size / 2);
    context.fillRect(x, y, size, line);
    context.fillRect(x, y + size - line, size, line);
    context.fillRect(x, y, line, size);
    context.fillRect(x + size - line, y, line, size);
  };
  const thick = it.cell >= 6 ? 2 : 1;
  places.forEach((place, k) => {
    if (place >= 0 && it.marks.has(place)) frame(k, palette.accent, thick);
  });
  if (it.cursor !== undefined) {
    const k = places.indexOf(it.cursor);
    if (k >= 0) frame(k, palette.ink, thick);
  }
}

function hatch(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  size: number,
  { colour, halo }: { colour: string; halo: string },
  nan: boolean,
): void {
  context.save();
  context.beginPath();
  context.rect(x, y, size, size);
  context.clip();
  context.strokeStyle = colour;
  context.lineWidth = Math.max(1, size / 10);
  context.beginPath();
  for (let d = -size; d < size; d += Math.max(3, size / 3)) {
    context.moveTo(x + d, y + size);
    context.lineTo(x + d + size, y);
  }
  context.stroke();
  if (size >= 14) {
    context.fillStyle = colour;
    context.font = `700 ${Math.round(size * 0.7)}px sans-serif`;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    // A halo keeps the glyph apart from the hatch.
    context.strokeStyle = halo;
    context.lineWidth = size / 4;
    context.strokeText(nan ? '?' : '∞', x + size / 2, y + size / 2);
    context.fillText(nan ? '?' : '∞', x + size / 2, y + size / 2);
  }
  context.restore();
}
