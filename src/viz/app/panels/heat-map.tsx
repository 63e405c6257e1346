// A tensor as a heat-map: a table with the numbers in its cells where they fit, else a small picture whose cells say
// their number under the pointer. Blue is positive, orange negative; the deeper, the larger.

import { useEffect, useRef, useState } from 'preact/hooks';
import { formatNumber, formatShort } from '../../model/format.ts';
import { type HeatMap, placeOf } from '../../model/heat-map.ts';
import { hueOf, mix, readPalette } from '../renderer/palette.ts';
import { theme } from '../theme.ts';

/** A table of more cells than this would be too small to read. */
const TABLE_COLUMNS = 5;
const TABLE_ROWS = 8;
const WIDTH = 276;
const HEIGHT = 200;
const LARGEST_CELL = 18;
const LEAST_HEIGHT = 12;

interface HeatMapProps {
  /** What is shown: value or gradient. */
  name: string;
  map: HeatMap;
  shape: readonly number[];
}

export function HeatMapFigure({ name, map, shape }: HeatMapProps) {
  const fits = map.columns <= TABLE_COLUMNS && map.rows <= TABLE_ROWS;
  return (
    <figure
      class="heat"
      data-testid={`heat-${name}`}
      data-rows={map.rows}
      data-columns={map.columns}
    >
      {fits ? <Cells name={name} map={map} /> : <Picture name={name} map={map} shape={shape} />}
    </figure>
  );
}

function Cells({ name, map: { rows, columns, cells } }: Omit<HeatMapProps, 'shape'>) {
  return (
    <table class="heat-table" aria-label={`${name}, ${rows} × ${columns}`}>
      <tbody>
        {Array.from({ length: rows }, (_, i) => (
          <tr key={i}>
            {cells.slice(i * columns, (i + 1) * columns).map(({ value, sign, depth }, j) => (
              <td
                key={j}
                class={`heat-cell ${sign}`}
                style={{ '--depth': depth }}
                title={formatNumber(value, 8)}
              >
                {formatShort(value, columns > 4 ? 3 : 4)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Picture({ name, map, shape }: HeatMapProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [pointed, setPointed] = useState<number | undefined>(undefined);
  const { rows, columns, cells, most } = map;
  const current = theme.value;
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    // The theme is an attribute of the page that is set at the same time; its colours can be read a frame later.
    const frame = requestAnimationFrame(() => paint(element, map, current));
    return () => cancelAnimationFrame(frame);
  }, [map, current]);
  const cell = Math.min(WIDTH / columns, HEIGHT / rows, LARGEST_CELL);
  const [width, height] = [columns * cell, Math.max(rows * cell, LEAST_HEIGHT)];
  const at = (event: PointerEvent): number => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const j = Math.floor(((event.clientX - box.left) / box.width) * columns);
    const i = Math.floor(((event.clientY - box.top) / box.height) * rows);
    return Math.min(rows - 1, Math.max(0, i)) * columns + Math.min(columns - 1, Math.max(0, j));
  };
  const { value } = cells[pointed ?? -1] ?? {};
  return (
    <>
      <canvas
        ref={canvas}
        width={columns}
        height={rows}
        style={{ width: `${width}px`, height: `${height}px` }}
        role="img"
        aria-label={`Heat-map of the ${name}, ${rows} × ${columns}, up to ${formatShort(most, 4)} in size`}
        onPointerMove={event => setPointed(at(event))}
        onPointerLeave={() => setPointed(undefined)}
      />
      <figcaption class="number">
        {pointed === undefined || value === undefined ? (
          <>
            {formatShort(-most, 4)} <span class="heat-scale" /> {formatShort(most, 4)}
          </>
        ) : (
          `${placeOf(pointed, shape)} = ${formatNumber(value, 6)}`
        )}
      </figcaption>
    </>
  );
}

/** One pixel for every element; the page stretches them. */
function paint(canvas: HTMLCanvasElement, { columns, cells }: HeatMap, _theme: string): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const palette = readPalette(canvas.parentElement ?? document.body);
  cells.forEach(({ sign, depth }, k) => {
    // From the colour of nothing to the full hue, so that small elements look small.
    context.fillStyle = mix(palette.card, hueOf(palette, sign), depth);
    context.fillRect(k % columns, Math.floor(k / columns), 1, 1);
  });
}
