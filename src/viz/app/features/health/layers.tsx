// Layers over training: how long the gradient of every layer is in every pass, as a picture that can be walked through
// with the pointer and the arrow keys, and as a table that says the same.

import { batch } from '@preact/signals';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { formatCount, formatNumber, formatSigned } from '../../../model/format.ts';
import {
  type Condition,
  conditionOf,
  type Health,
  type HealthCell,
  healthOf,
  healthRows,
  parametersOf,
  rangeOf,
  summariesOf,
  trendOf,
} from '../../../model/health.ts';
import { readPalette } from '../../renderer/palette.ts';
import { choosePass, passIndex, selectedNode, trace } from '../../store.ts';
import { theme } from '../../theme.ts';
import { layerAtY, layerMapSize, type MapCursor, paintLayers } from './paint-layers.ts';
import { layersOpen } from './state.ts';

/** More columns than this would be narrower than a pixel. */
const MOST_COLUMNS = 400;
/** The width of the picture before it is known how much room there is, and the least it can do with. */
const WIDEST = 900;
const LEAST_WIDE = 240;

export function LayersDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
  }, []);
  const current = trace.value;
  const health = useMemo(() => current && healthOf(current), [current]);
  const close = () => {
    layersOpen.value = false;
  };
  return (
    <dialog
      ref={dialog}
      class="help layers"
      aria-labelledby="layers-title"
      data-testid="layers"
      onClose={close}
    >
      <h2 id="layers-title">Layers over training</h2>
      {health === undefined || health.layers.length === 0 ? (
        <p>No leaf of this trace has a gradient, so there are no layers to look at.</p>
      ) : (
        <>
          <p class="hint">
            The norm of the gradient of each layer's parameters, pass by pass. A layer vanishes or
            explodes where it is a thousand times below or above the median layer.
          </p>
          <LayerMap health={health} />
          <Key health={health} />
          <LayerTable health={health} />
        </>
      )}
      <button type="button" class="button" onClick={() => dialog.current?.close()}>
        close
      </button>
    </dialog>
  );
}

/** Shows a pass with a parameter of a layer selected, and closes the picture. */
function visit(health: Health, layer: number, pass: number): void {
  const current = trace.value;
  const graph = current?.passes[pass]?.graph;
  if (current === undefined || graph === undefined) return;
  const [parameter] = parametersOf(current, graph, health.layers[layer] ?? '');
  batch(() => {
    choosePass(pass);
    if (parameter !== undefined) selectedNode.value = parameter;
    layersOpen.value = false;
  });
}

function LayerMap({ health }: { health: Health }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const rows = useMemo(() => healthRows(health, MOST_COLUMNS), [health]);
  const columns = rows[0]?.length ?? 0;
  const width = Math.ceil(health.passes / Math.max(1, columns));
  const [cursor, setCursor] = useState<MapCursor>({
    layer: 0,
    column: Math.min(columns - 1, Math.floor(passIndex.value / Math.max(1, width))),
  });
  const currentTheme = theme.value;
  const [across, setAcross] = useState(WIDEST);
  const size = useMemo(() => layerMapSize(rows.length, across), [rows.length, across]);
  useEffect(() => {
    const element = canvas.current?.parentElement;
    if (!element) return;
    const observer = new ResizeObserver(() => setAcross(Math.max(LEAST_WIDE, element.clientWidth)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    // The theme is an attribute of the page that is set at the same time; its colours can be read a frame later.
    const frame = requestAnimationFrame(() => {
      paintLayers(element, {
        size,
        rows,
        names: health.layers,
        range: rangeOf(health),
        cursor,
        palette: readPalette(element.parentElement ?? document.body),
      });
    });
    return () => cancelAnimationFrame(frame);
  }, [size, rows, health, cursor, currentTheme]);
  const pointed = (event: PointerEvent | MouseEvent): MapCursor | undefined => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * size.width - size.left;
    const column = Math.floor((x / (size.width - size.left)) * columns);
    const layer = layerAtY(((event.clientY - box.top) / box.height) * size.height, rows.length);
    return column < 0 || column >= columns || layer === undefined ? undefined : { layer, column };
  };
  const move = (event: KeyboardEvent): void => {
    const by = MOVES[event.key];
    if (event.key === 'Enter' || event.key === ' ') go(cursor);
    else if (by !== undefined)
      setCursor(({ layer, column }) => ({
        layer: Math.min(rows.length - 1, Math.max(0, layer + by[0])),
        column: Math.min(columns - 1, Math.max(0, column + by[1])),
      }));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const go = ({ layer, column }: MapCursor): void => {
    const cell = rows[layer]?.[column];
    if (cell !== undefined) visit(health, layer, cell.pass);
  };
  const cell = rows[cursor.layer]?.[cursor.column];
  return (
    <>
      <div
        class="layer-map"
        // A grid of 100 × 400 elements would be slow; the read-out below speaks for the cell, and the table for all.
        role="application"
        aria-roledescription="heat-map"
        aria-label={`${formatCount(rows.length)} layers by ${formatCount(health.passes)} passes. Arrow keys move, Enter shows the pass.`}
        aria-describedby="layer-readout"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: with the role application it is interactive
        tabIndex={0}
        data-testid="layer-map"
        data-layer={cursor.layer}
        data-column={cursor.column}
        onKeyDown={move}
      >
        <canvas
          ref={canvas}
          style={{ aspectRatio: `${size.width} / ${size.height}` }}
          onPointerMove={event => {
            const at = pointed(event);
            if (at !== undefined) setCursor(at);
          }}
          onClick={event => {
            const at = pointed(event);
            if (at !== undefined) go(at);
          }}
        />
      </div>
      <p
        id="layer-readout"
        class="layer-readout number"
        aria-live="polite"
        data-testid="layer-readout"
      >
        {cell === undefined ? '' : readOut(health, cursor.layer, cell)}
      </p>
    </>
  );
}

const MOVES: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  PageUp: [0, -20],
  PageDown: [0, 20],
  Home: [0, Number.NEGATIVE_INFINITY],
  End: [0, Number.POSITIVE_INFINITY],
};

/** A cell in words. */
function readOut(health: Health, layer: number, { pass, condition, size }: HealthCell): string {
  const name = health.layers[layer] ?? '';
  const start = `${name} · pass ${formatCount(pass + 1)} · `;
  if (condition === 'absent') return `${start}no gradient`;
  const norm = health.norms[layer * health.passes + pass] ?? Number.NaN;
  const off = size - (health.medians[pass] ?? Number.NaN);
  const beside =
    Number.isFinite(off) && health.layers.length > 1
      ? ` · ${formatSigned(off, 2)} decades from the median layer`
      : '';
  const trend = trendOf(health, layer);
  const change = Number.isNaN(trend) ? '' : ` · over training ${formatSigned(trend, 2)} decades`;
  return `${start}‖g‖ ${formatNumber(norm, 4)} · ${WORDS[condition]}${beside}${change}`;
}

const WORDS: Readonly<Record<Condition, string>> = {
  fine: 'fine',
  vanishing: '▽ vanishing',
  exploding: '▲ exploding',
  dead: '○ dead: exactly 0',
  nonfinite: '⚠ not finite',
  absent: '– no gradient',
};

/** What the colours and glyphs mean. */
function Key({ health }: { health: Health }) {
  const { low, high } = rangeOf(health);
  return (
    <p class="layer-key">
      <span>‖g‖</span>
      {[0, 0.25, 0.5, 0.75, 1].map(depth => (
        <span key={depth} class="swatch positive" style={{ '--depth': depth }} />
      ))}
      <span>
        10<sup>{formatNumber(Math.round(low), 1)}</sup> – 10
        <sup>{formatNumber(Math.round(high), 1)}</sup>
      </span>
      {(['vanishing', 'exploding', 'dead', 'nonfinite'] as const).map(condition => (
        <span key={condition}>{WORDS[condition]}</span>
      ))}
    </p>
  );
}

/** One row for every layer, with a button to the first pass in which it was at its worst. */
function LayerTable({ health }: { health: Health }) {
  const summaries = useMemo(() => summariesOf(health), [health]);
  return (
    <details class="layer-table">
      <summary>As a table</summary>
      <table class="ledger" aria-label="Layers" data-testid="layer-table">
        <thead>
          <tr>
            <th scope="col">layer</th>
            <th scope="col">last ‖g‖</th>
            <th scope="col">trend, decades</th>
            <th scope="col">worst</th>
            <th scope="col">passes</th>
            <th scope="col">first</th>
          </tr>
        </thead>
        <tbody>
          {summaries.map(({ layer, name, counts, worst, firstWorst, trend, last }) => (
            <tr key={layer}>
              <th scope="row">{name}</th>
              <td>{formatNumber(last, 3)}</td>
              <td>{Number.isNaN(trend) ? '–' : formatSigned(trend, 2)}</td>
              <td>{WORDS[conditionOf(health, layer, firstWorst)]}</td>
              <td>{formatCount(counts[worst])}</td>
              <td>
                <button
                  type="button"
                  class="link"
                  aria-label={`Show ${name} in pass ${firstWorst + 1}`}
                  onClick={() => visit(health, layer, firstWorst)}
                >
                  pass {formatCount(firstWorst + 1)}
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
