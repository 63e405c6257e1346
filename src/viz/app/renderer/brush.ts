// Small tools for painting on a canvas: fonts, rounded rectangles, texts cut to a width.

const SANS = 'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';
const MONO =
  'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace';

/** Fonts in pixels at zoom 1. */
export const FONTS = {
  sans: SANS,
  title: `600 14px ${SANS}`,
  symbol: `12.5px ${SANS}`,
  formula: `10.1px ${MONO}`,
  number: `12px ${MONO}`,
  label: `600 10.2px ${MONO}`,
} as const;

/** Half the width of an arrow head. */
export const ARROW = 4;

/** Begins a path around a rectangle with round corners. */
export function roundedRectangle(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  width: number,
  height: number,
  radius: number,
): void {
  context.beginPath();
  context.roundRect(x, y, width, height, radius);
}

/** A text cut to a width, with an ellipsis where something was cut. */
export function shortened(context: CanvasRenderingContext2D, text: string, width: number): string {
  // Whatever a trace calls its nodes, no card has room for more than this.
  const start = text.length > 200 ? text.slice(0, 200) : text;
  if (context.measureText(start).width <= width) return start;
  let low = 0;
  let high = start.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (context.measureText(`${start.slice(0, middle)}…`).width <= width) low = middle;
    else high = middle - 1;
  }
  return low === 0 ? '' : `${start.slice(0, low)}…`;
}
