// The passes of the trace: the curve of the loss over them, a slider, and the pin that compares two of them.

import { formatCount, formatNumber } from '../../model/format.ts';
import { nodeValue } from '../../model/playback.ts';
import { pinnedIndex, togglePin } from '../features/compare/pinned.ts';
import { chooseGraph, choosePass, model, pass, passIndex, trace } from '../store.ts';
import { LossCurveFigure } from './loss-curve.tsx';

/** Nobody looks through a longer list. */
const MOST_GRAPHS = 200;

export function Passes() {
  const passes = trace.value?.passes ?? [];
  const current = pass.value;
  const root = model.value?.root ?? 0;
  const name = model.value?.nodes[root]?.name ?? 'loss';
  return (
    <section>
      <h2>Passes</h2>
      {(trace.value?.graphs.length ?? 0) > 1 && <Graphs />}
      <LossCurveFigure />
      <input
        type="range"
        min={0}
        max={passes.length - 1}
        value={passIndex.value}
        aria-label="Pass"
        aria-valuetext={`step ${current?.step ?? 0}`}
        data-testid="pass-slider"
        onInput={event => choosePass(Number(event.currentTarget.value))}
      />
      <p class="pair">
        <span>step {formatCount(current?.step ?? 0)}</span>
        <span class="number" data-testid="loss">
          {name} {formatNumber(current ? nodeValue(current, root) : Number.NaN, 6)}
        </span>
      </p>
      <button
        type="button"
        class="button small"
        aria-pressed={pinnedIndex.value !== undefined}
        data-testid="pin"
        title="Pin this pass as A, then choose another one to see what changed"
        onClick={togglePin}
      >
        <kbd>c</kbd>
        {pinnedIndex.value === undefined ? 'pin as A' : `unpin A (pass ${pinnedIndex.value + 1})`}
      </button>
    </section>
  );
}

/** A program that does not do the same in every pass has several graphs: which one is looked at. */
function Graphs() {
  const { graphs, passes } = trace.value ?? { graphs: [], passes: [] };
  return (
    <select
      class="graph-choice"
      aria-label="Graph"
      data-testid="graph-choice"
      value={pass.value?.graph ?? 0}
      onChange={event => chooseGraph(Number(event.currentTarget.value))}
    >
      {graphs.slice(0, MOST_GRAPHS).map(({ nodes, root }, index) => {
        const count = passes.reduce((sum, { graph }) => sum + (graph === index ? 1 : 0), 0);
        return (
          <option key={`${index} ${nodes.length}`} value={index} disabled={count === 0}>
            graph {index + 1}: {nodes[root]?.name ?? 'loss'}, {formatCount(nodes.length)} nodes,{' '}
            {formatCount(count)} {count === 1 ? 'pass' : 'passes'}
          </option>
        );
      })}
    </select>
  );
}
