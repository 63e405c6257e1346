// The leaves of the program: a slider and a field for a number, a grid of fields for a small tensor, and the gradients.

import { useEffect, useRef } from 'preact/hooks';
import { type TracePass, traceNumber } from '../../../../autograd/trace.ts';
import { formatShort } from '../../../model/format.ts';
import { signOf } from '../../../model/tone.ts';
import type { PlayLeaf } from '../../../play/result.ts';
import { model, pass, selectedNode } from '../../store.ts';
import { result, setNumber, values } from './session.ts';

/** Tensors up to this size are edited element by element; larger ones in the program. */
const MOST_FIELDS = 64;
const MOST_COLUMNS = 8;
/** Steps of a slider from end to end. */
const SLIDER_STEPS = 200;
const MOST_ROWS = 100;
const SHOWN_DIGITS = 12;
const FEW_DIGITS = 6;

export function LeafSection() {
  const leaves = result.value?.leaves ?? [];
  if (leaves.length === 0) return null;
  return (
    <section>
      <h3>Leaves</h3>
      <ul class="play-leaves" data-testid="play-leaves">
        {leaves.slice(0, MOST_ROWS).map(leaf => (
          <li key={leaf.name} data-name={leaf.name} class="play-leaf">
            <Row leaf={leaf} />
          </li>
        ))}
      </ul>
      {leaves.length > MOST_ROWS && <p class="more">and {leaves.length - MOST_ROWS} more</p>}
    </section>
  );
}

function Row({ leaf }: { leaf: PlayLeaf }) {
  const node = model.value?.nodes.findIndex(({ name }) => name === leaf.name) ?? -1;
  const gradient = gradientOf(pass.value, node);
  return (
    <>
      <button
        type="button"
        class="link play-name"
        disabled={node < 0}
        aria-label={`Select ${leaf.name} in the graph`}
        onClick={() => {
          selectedNode.value = node;
        }}
      >
        {leaf.name}
      </button>
      {typeof leaf.value === 'number' ? (
        <Slider leaf={leaf} />
      ) : (
        <span class="play-shape">
          {leaf.shape.join('×')}
          {leaf.kind === 'param' && ' · trained'}
        </span>
      )}
      <Gradient leaf={leaf} gradient={gradient} />
      {typeof leaf.value !== 'number' && <Grid leaf={leaf} />}
    </>
  );
}

/** The gradient of a node in the pass that is shown; of a tensor its norm. */
function gradientOf(current: TracePass | undefined, node: number): number | undefined {
  const gradient = current?.gradients[node];
  return gradient === null || gradient === undefined ? undefined : traceNumber(gradient);
}

function Gradient({ leaf, gradient }: { leaf: PlayLeaf; gradient: number | undefined }) {
  if (leaf.kind === 'const' || gradient === undefined) {
    return <span class="play-gradient muted">{leaf.kind === 'const' ? 'constant' : '–'}</span>;
  }
  const sign = signOf(gradient);
  const norm = typeof leaf.value !== 'number';
  return (
    <span class="play-gradient" data-testid="play-gradient">
      <small>{norm ? '‖g‖' : 'g'} </small>
      <span class={`number ${sign}`}>{formatShort(gradient)}</span>
    </span>
  );
}

function Slider({ leaf }: { leaf: PlayLeaf }) {
  const given = values.value[leaf.name];
  const now = typeof given === 'number' ? given : (leaf.start as number);
  const [min, max] = [Math.min(leaf.min, now), Math.max(leaf.max, now)];
  const change = ({ currentTarget }: { currentTarget: HTMLInputElement }): void => {
    if (currentTarget.value !== '') setNumber(leaf.name, currentTarget.valueAsNumber);
  };
  return (
    <>
      <input
        type="range"
        aria-label={leaf.name}
        data-testid="play-slider"
        min={min}
        max={max}
        step={(max - min) / SLIDER_STEPS}
        value={now}
        onInput={change}
      />
      <NumberField
        label={`${leaf.name}, as a number`}
        value={rounded(now, SHOWN_DIGITS)}
        change={x => setNumber(leaf.name, x)}
      />
    </>
  );
}

/** Without the last digits that a slider's steps leave behind; in the narrow fields of a tensor without a few more. */
function rounded(x: number, digits: number): number {
  return Number(x.toPrecision(digits));
}

interface NumberFieldProps {
  label: string;
  value: number;
  change: (x: number) => void;
}

/** A field for a number. While somebody types in it, it keeps what is typed: "1." is on its way to 1.5. */
function NumberField({ label, value, change }: NumberFieldProps) {
  const field = useRef<HTMLInputElement>(null);
  const show = (): void => {
    if (field.current !== null) field.current.value = String(value);
  };
  useEffect(() => {
    if (document.activeElement !== field.current) show();
  });
  return (
    <input
      ref={field}
      type="number"
      class="play-field"
      aria-label={label}
      step="any"
      onInput={({ currentTarget }) => {
        if (currentTarget.value !== '') change(currentTarget.valueAsNumber);
      }}
      onBlur={show}
    />
  );
}

function Grid({ leaf }: { leaf: PlayLeaf }) {
  const given = values.value[leaf.name];
  const numbers = (Array.isArray(given) ? given : leaf.start) as readonly number[];
  const columns = leaf.shape.at(-1) ?? 1;
  if (numbers.length > MOST_FIELDS || columns > MOST_COLUMNS || columns < 1) {
    return <p class="play-large">{numbers.length} numbers: change them in the program.</p>;
  }
  return (
    <fieldset
      class="play-grid"
      aria-label={`Elements of ${leaf.name}`}
      style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}
    >
      {numbers.map((x, k) => (
        <NumberField
          key={k}
          label={`${leaf.name}[${placeOf(k, leaf.shape).join(', ')}]`}
          value={rounded(x, FEW_DIGITS)}
          change={y => setNumber(leaf.name, y, k)}
        />
      ))}
    </fieldset>
  );
}

function placeOf(element: number, shape: readonly number[]): number[] {
  const place: number[] = [];
  let rest = element;
  for (const size of [...shape].reverse()) {
    place.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return place;
}
