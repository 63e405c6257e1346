// Showing a place in a text on a terminal: the text on one line, and carets under the part that is meant.

import type { Span } from '../formula/error.ts';

/** Columns that an excerpt of a long text may take. */
const WIDTH = 72;

/** The text with carets under `at`, as two lines. A long text is cut around the place. */
export function caretLines(text: string, at: Span): [string, string] {
  const cells = cellsOf(text);
  let first = cells.findIndex(cell => at.start < cell.end);
  if (first < 0) first = cells.length;
  let last = first;
  while (last < cells.length && (cells[last]?.end ?? 0) < at.end) last++;
  const { from, to } = excerpt(cells, first, last);
  const before = from > 0 ? '…' : '';
  const shown = cells.slice(from, to);
  const line = before + shown.map(cell => cell.shown).join('') + (to < cells.length ? '…' : '');
  const indent = before.length + width(cells.slice(from, first));
  const marked = Math.max(1, Math.min(width(cells.slice(first, last + 1)), WIDTH - indent));
  return [line, ' '.repeat(indent) + '^'.repeat(marked)];
}

/** Text from outside made harmless for a terminal: no control characters, nothing that reorders or hides. */
export function harmless(text: string): string {
  return cellsOf(text)
    .map(cell => cell.shown)
    .join('');
}

/** One visible character: where it ends in the text, how it is shown and how many columns it takes. */
interface Cell {
  end: number;
  shown: string;
  width: number;
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const INVISIBLE = /^[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]$/u;
/** Emoji, and the blocks whose characters are two columns wide (Unicode Standard Annex 11, W and F). */
const WIDE =
  /^(?:\p{Emoji_Presentation}|\p{Emoji}\ufe0f|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}])/u;

function cellsOf(text: string): Cell[] {
  const cells: Cell[] = [];
  for (const { segment, index } of graphemes.segment(text)) {
    const end = index + segment.length;
    if (/^\s+$/u.test(segment)) cells.push({ end, shown: ' ', width: 1 });
    else if (INVISIBLE.test(segment)) cells.push({ end, shown: '\ufffd', width: 1 });
    else cells.push({ end, shown: segment, width: WIDE.test(segment) ? 2 : 1 });
  }
  return cells;
}

function width(cells: readonly Cell[]): number {
  return cells.reduce((sum, cell) => sum + cell.width, 0);
}

/** The cells to show: all if they fit, else as many as fit around the marked ones. */
function excerpt(
  cells: readonly Cell[],
  first: number,
  last: number,
): { from: number; to: number } {
  if (width(cells) <= WIDTH) return { from: 0, to: cells.length };
  let from = first;
  let to = Math.min(first + 1, cells.length);
  let room = WIDTH - 2 - width(cells.slice(from, to));
  const grow = (k: number): boolean => {
    const size = cells[k]?.width;
    if (size === undefined || size > room) return false;
    room -= size;
    return true;
  };
  // The marked part first, then alternately to both sides.
  while (to <= last && grow(to)) to++;
  for (let moved = true; moved; ) {
    moved = false;
    if (from > 0 && grow(from - 1)) {
      from--;
      moved = true;
    }
    if (to < cells.length && grow(to)) {
      to++;
      moved = true;
    }
  }
  return { from, to };
}
