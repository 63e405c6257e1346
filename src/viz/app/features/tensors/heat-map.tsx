// A tensor as a heat-map with a cursor: a table with the numbers in its cells where they fit, else a painted picture. The
// pointer or the arrow keys move the cursor; what it stands on is read out below.

import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { formatNumber, formatShort } from '../../../model/format.ts';
import { neighbour, type Picture } from '../../../model/picture.ts';
import { signOf } from '../../../model/tone.ts';
import { theme } from '../../theme.ts';
import { paint } from './paint.ts';

/** A table of more cells than this would be too small to read. */
const TABLE_COLUMNS = 5;
const TABLE_ROWS = 8;
const WIDTH = 276;
const HEIGHT = 276;
const LARGEST_CELL = 24;

const NOTHING: ReadonlySet<number> = new Set();

interface HeatMapProps {
  /** For tests and the label: `value`, `gradient`, … */
  name: string;
  label: string;
  picture: Picture;
  data: readonly number[];
  /** Elements that are pointed out. */
  marks?: ReadonlySet<number> | undefined;
  cursor: number | undefined;
  onPoint(element: number | undefined): void;
  /** What is said of the element under the cursor; undefined shows the scale. */
  children?: ComponentChildren;
}

export function HeatMap(props: HeatMapProps) {
  const { name, label, picture, data, cursor, onPoint, marks = NOTHING } = props;
  const [focused, setFocused] = useState(false);
  const most = sizeOf(data);
  const gaps = picture.places.includes(-1);
  const fits = picture.columns <= TABLE_COLUMNS && picture.rows <= TABLE_ROWS && !gaps;
  const first = picture.places[0];
  const keys = (event: KeyboardEvent): void => {
    const [down, right] = MOVES.get(event.key) ?? [0, 0];
    if (event.key === 'Escape' && cursor !== undefined) onPoint(undefined);
    else if (down === 0 && right === 0) return;
    else {
      const at = cursor === undefined ? -1 : picture.places.indexOf(cursor);
      onPoint(at < 0 ? first : picture.places[neighbour(picture, at, down, right)]);
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <figure class="heat" data-testid={`heat-${name}`}>
      {/* The keys of the page rest while the cursor is in here: arrows move it. */}
      <div
        class="heat-body"
        role="application"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the cursor moves by keys
        tabIndex={0}
        aria-label={`${label}, ${picture.rows} × ${picture.columns} cells. Arrow keys move the cursor.`}
        data-rows={picture.rows}
        data-columns={picture.columns}
        data-marks={[...marks].join(' ')}
        data-cursor={cursor}
        onKeyDown={keys}
        onFocus={() => {
          setFocused(true);
          if (cursor === undefined) onPoint(first);
        }}
        onBlur={() => {
          setFocused(false);
          onPoint(undefined);
        }}
        onPointerLeave={() => {
          if (!focused) onPoint(undefined);
        }}
      >
        {fits ? (
          <Cells {...props} most={most} marks={marks} />
        ) : (
          <Canvas {...props} most={most} marks={marks} />
        )}
      </div>
      <figcaption class="number">
        <span class="heat-key" data-testid="heat-scale">
          {most === 0 ? (
            data.every(x => x === 0) && 'all 0'
          ) : (
            <>
              {formatShort(-most, 4)} <span class="heat-scale" /> +{formatShort(most, 4)}
            </>
          )}
        </span>
        <output aria-live={focused ? 'polite' : 'off'} data-testid={`read-${name}`}>
          {props.children}
        </output>
      </figcaption>
    </figure>
  );
}

const MOVES: ReadonlyMap<string, readonly [number, number]> = new Map([
  ['ArrowUp', [-1, 0]],
  ['ArrowDown', [1, 0]],
  ['ArrowLeft', [0, -1]],
  ['ArrowRight', [0, 1]],
]);

/** The largest size of a finite element: where the colours end. */
function sizeOf(data: readonly number[]): number {
  return data.reduce((size, x) => (Number.isFinite(x) ? Math.max(size, Math.abs(x)) : size), 0);
}

interface DrawnProps extends HeatMapProps {
  most: number;
  marks: ReadonlySet<number>;
}

function Cells({ picture, data, most, marks, cursor, onPoint }: DrawnProps) {
  const { rows, columns, places } = picture;
  return (
    <table class="heat-table" role="presentation">
      <tbody>
        {Array.from({ length: rows }, (_, i) => (
          <tr key={i}>
            {Array.from(places.subarray(i * columns, (i + 1) * columns), (place, j) => {
              const value = data[place] ?? Number.NaN;
              const depth = Number.isFinite(value) && most > 0 ? Math.abs(value) / most : 0;
              const mark = marks.has(place) ? ' marked' : '';
              return (
                <td
                  key={j}
                  class={`heat-cell ${signOf(value)}${mark}${place === cursor ? ' cursor' : ''}`}
                  style={{ '--depth': depth }}
                  title={formatNumber(value, 8)}
                  onPointerEnter={() => onPoint(place)}
                >
                  {formatShort(value, columns > 4 ? 3 : 4)}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Canvas({ picture, data, most, marks, cursor, onPoint }: DrawnProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const current = theme.value;
  const { rows, columns, places } = picture;
  const room = Math.min(WIDTH / columns, HEIGHT / rows, LARGEST_CELL);
  const cell = Math.max(2, Math.floor(room));
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    // The theme is an attribute of the page that is set at the same time; its colours can be read a frame later.
    const draw = (_theme: typeof current): void =>
      paint(element, { picture, data, most, marks, cursor, cell });
    const frame = requestAnimationFrame(() => draw(current));
    return () => cancelAnimationFrame(frame);
  }, [picture, data, most, marks, cursor, cell, current]);
  const point = (event: PointerEvent): void => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const along = (at: number, length: number, count: number): number =>
      Math.min(count - 1, Math.max(0, Math.floor((at / length) * count)));
    const j = along(event.clientX - box.left, box.width, columns);
    const i = along(event.clientY - box.top, box.height, rows);
    const place = places[i * columns + j] ?? -1;
    onPoint(place < 0 ? undefined : place);
  };
  return (
    <canvas
      ref={canvas}
      style={{ width: `${columns * cell}px`, height: `${rows * cell}px` }}
      onPointerMove={point}
      onPointerDown={point}
    />
  );
}
