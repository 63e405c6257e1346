// The tensor behind the selected card: its value, its gradient and each contribution as pictures, what they come to, and the
// windows through which it was made.

import { useState } from 'preact/hooks';
import type { TraceTensor } from '../../../../autograd/trace.ts';
import { traceNumber } from '../../../../autograd/trace.ts';
import { elementsOf } from '../../../../autograd/trace-rule.ts';
import { formatCount, formatNumber, formatShort } from '../../../model/format.ts';
import { at } from '../../../model/model.ts';
import { pictureOf } from '../../../model/picture.ts';
import { type ContributionPart, contributionsTo, dataOf } from '../../../model/tensor-parts.ts';
import { isNorm, tensorsOf } from '../../../model/tensors.ts';
import { placeOf } from '../../../model/windows.ts';
import { playback, step } from '../../store.ts';
import { Axes } from './axes.tsx';
import { HeatMap } from './heat-map.tsx';
import { HistogramFigure } from './histogram.tsx';
import { type Shown, shown, viewOf } from './state.ts';
import { UnbroadcastSection } from './unbroadcast-section.tsx';
import { WindowSection } from './window-section.tsx';

export function TensorPanels({ card }: { card: number }) {
  const node = playback.value?.cards.cards[card]?.node;
  if (node === undefined) return null;
  return (
    <>
      <TensorSection card={card} node={node} />
      <UnbroadcastSection node={node} />
      <WindowSection key={node} card={card} />
    </>
  );
}

/** More contributions than this are not listed one by one. */
const MOST_PARTS = 24;

interface Choice {
  key: Shown;
  label: string;
  /** For tests, and for the place on the page. */
  name: string;
  tensor: TraceTensor;
  /** The step at which it is complete: in the forward pass, which is negative, for a value; −1 for a gradient that never is. */
  from: number;
}

function TensorSection({ card, node }: { card: number; node: number }) {
  const current = playback.value;
  if (current === undefined || !isNorm(current.cards.model, node)) return null;
  const { value, gradient } = tensorsOf(current.pass, node);
  if (value === undefined) return null;
  const parts = contributionsTo(current, node);
  const computed = { tensor: value, from: at(current.computedAt, card) };
  const choices = choicesOf(computed, gradient, at(current.completeAt, card), parts);
  const shape = current.cards.model.nodes[node]?.shape ?? [];
  const chosen = choices.find(({ key }) => key === shown.value) ?? choices[0];
  if (chosen === undefined) return null;
  const there = (it: Choice): boolean =>
    (it.from >= 0 || it.key === 'value') && step.value >= it.from;
  const arrived = choices.filter(there);
  return (
    <section data-testid="tensor">
      <h3 id="elements-title">Elements</h3>
      <fieldset class="tensor-choices" aria-label="which tensor is shown">
        {choices.map(it => (
          <button
            key={it.key}
            type="button"
            class={it === chosen ? 'chosen' : ''}
            aria-pressed={it === chosen}
            data-testid={`show-${it.name}`}
            onClick={() => {
              shown.value = it.key;
            }}
          >
            {it.label}
          </button>
        ))}
      </fieldset>
      {parts.length > MOST_PARTS && (
        <p class="more">and {parts.length - MOST_PARTS} more contributions</p>
      )}
      {there(chosen) ? (
        <Elements key={node} chosen={chosen} arrived={arrived} shape={shape} />
      ) : (
        <p class="hint" data-testid={`${chosen.name}-later`}>
          {chosen.key === 'value'
            ? `Computed at step ${current.forward.length + chosen.from + 1} of the forward pass.`
            : `Complete at step ${chosen.from}.`}
        </p>
      )}
      <Statistics
        tensors={arrived.slice(0, 2)}
        size={elementsOf({ kind: 'leaf', inputs: [], shape: [...shape] })}
        later={gradient === undefined ? '–' : '…'}
      />
      {arrived.slice(0, 2).map(({ name, tensor }) => {
        const data = dataOf(tensor);
        return data === undefined ? null : <HistogramFigure key={name} name={name} data={data} />;
      })}
    </section>
  );
}

function choicesOf(
  value: Pick<Choice, 'tensor' | 'from'>,
  gradient: TraceTensor | undefined,
  complete: number,
  parts: readonly ContributionPart[],
): Choice[] {
  const choices: Choice[] = [{ key: 'value', label: 'value', name: 'value', ...value }];
  if (gradient === undefined) return choices;
  choices.push({
    key: 'gradient',
    label: 'gradient',
    name: 'gradient',
    tensor: gradient,
    from: complete,
  });
  for (const [k, part] of parts.slice(0, MOST_PARTS).entries()) {
    const { edge, name, tensor, step: from } = part;
    choices.push({ key: edge, label: `from ${name}`, name: `part-${k}`, tensor, from });
  }
  return choices;
}

interface ElementsProps {
  chosen: Choice;
  /** What can be told of an element so far. */
  arrived: readonly Choice[];
  shape: readonly number[];
}

function Elements({ chosen, arrived, shape }: ElementsProps) {
  const [cursor, setCursor] = useState<number | undefined>(undefined);
  const data = dataOf(chosen.tensor);
  if (data === undefined) {
    return (
      <p class="hint" data-testid="no-elements">
        The trace has only what these {formatCount(shape.reduce((n, k) => n * k, 1))} elements come
        to. Tensors of more than 4096 elements are summed up unless one asks for more:{' '}
        <code>{'record(fn, { elements: 50000 })'}</code>.
      </p>
    );
  }
  if (data.length === 0) return <p class="hint">It has no elements.</p>;
  const view = viewOf(shape);
  const told = cursor === undefined ? [] : arrived.slice(0, 6);
  return (
    <>
      <Axes name={chosen.name} shape={shape} view={view} />
      <HeatMap
        name={chosen.name}
        label={`Heat-map: ${chosen.label}`}
        picture={pictureOf(shape, view)}
        data={data}
        cursor={cursor}
        onPoint={setCursor}
      >
        {cursor !== undefined && (
          <>
            <strong>{placeOf(cursor, shape)}</strong>
            {told.map(({ key, label, tensor }) => (
              <span key={key} class="told">
                {label} {formatNumber(dataOf(tensor)?.[cursor] ?? Number.NaN, 6)}
              </span>
            ))}
          </>
        )}
      </HeatMap>
    </>
  );
}

const ROWS: readonly [string, (tensor: TraceTensor, size: number) => string][] = [
  ['norm', ({ norm }) => formatNumber(traceNumber(norm))],
  // Of no elements there is none of these; of elements that are all not finite neither a least nor a largest one.
  ['mean', ({ mean }, size) => (size === 0 ? '–' : formatNumber(traceNumber(mean)))],
  [
    'least',
    ({ min, nonfinite }, size) => (nonfinite === size ? '–' : formatNumber(traceNumber(min))),
  ],
  [
    'largest',
    ({ max, nonfinite }, size) => (nonfinite === size ? '–' : formatNumber(traceNumber(max))),
  ],
  ['zeros', ({ zeros }, size) => portion(zeros, size)],
];

/** `3 (25 %)` */
function portion(count: number, size: number): string {
  if (count === 0 || size === 0) return formatCount(count);
  return `${formatCount(count)} (${formatShort((100 * count) / size, 3)} %)`;
}

interface StatisticsProps {
  tensors: readonly Choice[];
  size: number;
  /** What stands for a gradient that is not there: … where it comes later, – where it never does. */
  later: string;
}

function Statistics({ tensors, size, later }: StatisticsProps) {
  const broken = tensors.some(({ tensor }) => tensor.nonfinite > 0);
  const [value, gradient] = tensors;
  if (value === undefined) return null;
  const cell = (write: (tensor: TraceTensor, size: number) => string) => (
    <>
      <td>{write(value.tensor, size)}</td>
      <td>{gradient?.key === 'gradient' ? write(gradient.tensor, size) : later}</td>
    </>
  );
  return (
    <table class="ledger" aria-labelledby="elements-title" data-testid="statistics">
      <thead>
        <tr>
          <td />
          <th scope="col">value</th>
          <th scope="col">gradient</th>
        </tr>
      </thead>
      <tbody>
        {ROWS.map(([name, write]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            {cell(write)}
          </tr>
        ))}
        {broken && (
          <tr class="nonfinite">
            <th scope="row">⚠ not finite</th>
            {cell(({ nonfinite }) => portion(nonfinite, size))}
          </tr>
        )}
      </tbody>
    </table>
  );
}
