// The tensor behind the selected card: what its value and its gradient are like, and both as heat-maps.

import { useMemo } from 'preact/hooks';
import type { TraceTensor } from '../../../autograd/trace.ts';
import { traceNumber } from '../../../autograd/trace.ts';
import { formatCount, formatNumber } from '../../model/format.ts';
import { heatMapOf } from '../../model/heat-map.ts';
import { at } from '../../model/model.ts';
import { isNorm, tensorsOf } from '../../model/tensors.ts';
import { playback, step } from '../store.ts';
import { HeatMapFigure } from './heat-map.tsx';

const ROWS: readonly [string, (tensor: TraceTensor) => string][] = [
  ['norm', ({ norm }) => formatNumber(traceNumber(norm))],
  ['mean', ({ mean }) => formatNumber(traceNumber(mean))],
  ['least', ({ min }) => formatNumber(traceNumber(min))],
  ['largest', ({ max }) => formatNumber(traceNumber(max))],
  ['zeros', ({ zeros }) => formatCount(zeros)],
];

export function TensorSection({ card }: { card: number }) {
  const current = playback.value;
  const node = current?.cards.cards[card]?.node;
  if (current === undefined || node === undefined || !isNorm(current.cards.model, node))
    return null;
  const { value, gradient } = tensorsOf(current.pass, node);
  if (value === undefined) return null;
  // A gradient is shown once all of it is there.
  const complete = at(current.completeAt, card);
  const arrived = complete >= 0 && step.value >= complete;
  const shape = current.cards.model.nodes[node]?.shape ?? [];
  return (
    <section data-testid="tensor">
      <h3>Value</h3>
      <Elements name="value" tensor={value} shape={shape} />
      {gradient !== undefined && (
        <>
          <h3>Gradient</h3>
          {arrived ? (
            <Elements name="gradient" tensor={gradient} shape={shape} />
          ) : (
            <p class="hint" data-testid="gradient-later">
              Complete at step {complete}.
            </p>
          )}
        </>
      )}
      <h3 id="elements-title">Elements</h3>
      <Statistics value={value} gradient={arrived ? gradient : undefined} />
    </section>
  );
}

function Elements({
  name,
  tensor,
  shape,
}: {
  name: string;
  tensor: TraceTensor;
  shape: readonly number[];
}) {
  const map = useMemo(() => heatMapOf(tensor, shape), [tensor, shape]);
  if (map !== undefined) return <HeatMapFigure name={name} map={map} shape={shape} />;
  return (
    <p class="hint">
      {tensor.data === undefined
        ? 'The trace has no elements of this tensor, only what they come to.'
        : 'No picture of a tensor like this; below is what its elements come to.'}
    </p>
  );
}

function Statistics(props: { value: TraceTensor; gradient: TraceTensor | undefined }) {
  const { value, gradient } = props;
  const broken = value.nonfinite + (gradient?.nonfinite ?? 0) > 0;
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
            <td>{write(value)}</td>
            <td>{gradient === undefined ? '…' : write(gradient)}</td>
          </tr>
        ))}
        {broken && (
          <tr>
            <th scope="row">not finite</th>
            <td class={value.nonfinite > 0 ? 'nonfinite' : ''}>{formatCount(value.nonfinite)}</td>
            <td class={(gradient?.nonfinite ?? 0) > 0 ? 'nonfinite' : ''}>
              {gradient === undefined ? '…' : formatCount(gradient.nonfinite)}
            </td>
          </tr>
        )}
      </tbody>
    </table>
  );
}
