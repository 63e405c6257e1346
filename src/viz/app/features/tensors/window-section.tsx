// Windows: the result of an op and its inputs beside each other. Pointing at an element of the result shows the elements
// that made it; pointing at an element of an input shows where its gradient comes from.

import { useState } from 'preact/hooks';
import { formatNumber } from '../../../model/format.ts';
import { at, labelOf, type Model, opOf } from '../../../model/model.ts';
import { longAxes, pictureOf, showing } from '../../../model/picture.ts';
import { dataOf, gradientsOf, valuesOf, windowedNodes } from '../../../model/tensor-parts.ts';
import { type Elements, madeFrom, partsOf } from '../../../model/window-numbers.ts';
import { type TensorWindow, type Term, termsThrough, windowOf } from '../../../model/windows.ts';
import { playback, step } from '../../store.ts';
import { Axes } from './axes.tsx';
import { HeatMap } from './heat-map.tsx';
import { chosenWindow, viewOf } from './state.ts';
import { MadeText, PartsText } from './window-text.tsx';

export function WindowSection({ card }: { card: number }) {
  const current = playback.value;
  if (current === undefined) return null;
  const { model } = current.cards;
  const nodes = windowedNodes(current, card, node => windowOf(model.nodes, node) !== undefined);
  const node = nodes.find(it => it === chosenWindow.value) ?? nodes[0];
  const found = node === undefined ? undefined : windowOf(model.nodes, node);
  if (node === undefined || found === undefined) return null;
  return (
    <section data-testid="window">
      <h3>What made which element</h3>
      {nodes.length > 1 && (
        <label class="window-choice">
          op{' '}
          <select
            value={node}
            data-testid="window-choice"
            onChange={event => {
              chosenWindow.value = Number(event.currentTarget.value);
            }}
          >
            {nodes.map(id => (
              <option key={id} value={id}>
                {titleOf(model, id)}
              </option>
            ))}
          </select>
        </label>
      )}
      <WindowView key={node} node={node} found={found} />
    </section>
  );
}

/** `y = conv2d(x, w)`: its formula with the names of its inputs. */
function titleOf(model: Model, node: number): string {
  const inputs = model.nodes[node]?.inputs.map(input => labelOf(model, input)) ?? [];
  const formula = opOf(model, node)?.text ?? '?';
  const written = formula.replace(/\{#(\d+)\}/g, (_, k: string) => inputs[Number(k)] ?? '?');
  return `${labelOf(model, node)} = ${written}`.slice(0, LONGEST_TITLE);
}

const LONGEST_TITLE = 80;

/** The side that is pointed at, and the element there. */
interface Pointed {
  side: number;
  cell: number;
}

function WindowView({ node, found }: { node: number; found: TensorWindow }) {
  const [pointed, setPointed] = useState<Pointed | undefined>(undefined);
  const [backward, setBackward] = useState(false);
  const current = playback.value;
  if (current === undefined) return null;
  const { pass, cards } = current;
  const { model } = cards;
  const ids = [node, ...(model.nodes[node]?.inputs ?? [])];
  const values = ids.map(id => valuesOf(pass, id));
  const gradients = gradientsOf(pass, node);
  const fires = at(current.firesAt, at(cards.cardOf, node));
  const flowed = gradients !== undefined && fires >= 0 && step.value >= fires;
  const start = at(model.offsets, node);
  const flows = ids.map((_, side) =>
    side === 0 ? gradients : dataOf(pass.tensors?.contributions[start + side - 1]),
  );
  const showFlows = backward && flowed;
  const { terms, cut } =
    pointed === undefined
      ? { terms: [], cut: false }
      : termsThrough(found, pointed.side, pointed.cell);
  const single = model.nodes[node]?.dtype === 'float32';
  const names = ids.map(id => labelOf(model, id));
  return (
    <>
      <p class="hint">
        Point at an element, or move there by keys: of the result to see what made it, of an input
        to see the gradient that flows back to it.
      </p>
      <label class="window-mode">
        <input
          type="checkbox"
          checked={backward}
          disabled={!flowed}
          data-testid="window-backward"
          onChange={event => setBackward(event.currentTarget.checked)}
        />{' '}
        colour by gradients{!flowed && fires >= 0 && ` (from step ${fires})`}
      </label>
      {ids.map((id, side) => (
        <Side
          key={side}
          side={side}
          name={names[side] ?? ''}
          shape={model.nodes[id]?.shape ?? []}
          data={showFlows ? (flows[side] ?? values[side]) : values[side]}
          what={showFlows && flows[side] !== undefined ? 'gradient' : 'value'}
          pointed={pointed}
          terms={terms}
          onPoint={cell => setPointed(cell === undefined ? undefined : { side, cell })}
        />
      ))}
      <div class="window-text" aria-live="polite" data-testid="window-text">
        {pointed !== undefined && (
          <Told
            {...{ found, pointed, values, gradients, flowed, fires, names, single }}
            flows={flows}
          />
        )}
        {cut && <p class="more">There are more terms than are shown.</p>}
      </div>
    </>
  );
}

interface SideProps {
  side: number;
  name: string;
  shape: readonly number[];
  data: Elements;
  what: string;
  pointed: Pointed | undefined;
  terms: readonly Term[];
  onPoint(cell: number | undefined): void;
}

function Side({ side, name, shape, data, what, pointed, terms, onPoint }: SideProps) {
  const here = pointed?.side === side ? pointed.cell : undefined;
  const marks = new Set(
    pointed === undefined || here !== undefined ? [] : terms.map(term => term[side] ?? -1),
  );
  const own = viewOf(shape);
  // Where other axes stand still, the picture turns to the elements that are pointed out.
  const [first] = marks;
  const view = first === undefined || first < 0 ? own : showing(own, shape, first);
  const picture = pictureOf(shape, view);
  return (
    <div class="window-side">
      <h4>
        {side === 0 ? 'result ' : ''}
        {name}
        {what === 'gradient' && ' · gradient'}
      </h4>
      {data === undefined ? (
        <p class="hint">The trace does not have its elements.</p>
      ) : (
        <>
          {longAxes(shape).length > 2 && (
            <details class="axes-more">
              <summary>axes</summary>
              <Axes name={`window-${side}`} shape={shape} view={own} />
            </details>
          )}
          <HeatMap
            name={`window-${side}`}
            label={`${side === 0 ? 'Result' : 'Input'} ${name}, ${what}`}
            picture={picture}
            data={data}
            marks={marks}
            cursor={here}
            onPoint={onPoint}
          >
            {here !== undefined && formatNumber(data[here] ?? Number.NaN, 6)}
          </HeatMap>
        </>
      )}
    </div>
  );
}

interface ToldProps {
  found: TensorWindow;
  pointed: Pointed;
  values: readonly Elements[];
  flows: readonly Elements[];
  gradients: Elements;
  flowed: boolean;
  fires: number;
  names: readonly string[];
  single: boolean;
}

/** The sum behind the element that is pointed at. */
function Told({
  found,
  pointed,
  values,
  flows,
  gradients,
  flowed,
  fires,
  names,
  single,
}: ToldProps) {
  const { side, cell } = pointed;
  if (side === 0) {
    const made = madeFrom(found, cell, values);
    const result = values[0]?.[cell];
    return made === undefined ? null : (
      <MadeText {...{ found, cell, made, result, names, single }} />
    );
  }
  if (fires < 0) return <p class="hint">No gradient flows here.</p>;
  if (!flowed) return <p class="hint">Its gradient flows at step {fires}.</p>;
  const parts = partsOf(found, side, cell, values, gradients);
  const whole = flows[side]?.[cell];
  return parts === undefined ? null : (
    <PartsText {...{ found, side, cell, parts, whole, names, single }} />
  );
}
