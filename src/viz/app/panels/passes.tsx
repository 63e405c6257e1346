// The passes of the trace: the curve of the loss over them, a slider, and the pin that compares two of them.

import { formatNumber } from '../../model/format.ts';
import { nodeValue } from '../../model/playback.ts';
import { pinnedIndex, togglePin } from '../features/compare/pinned.ts';
import { chooseGraph, choosePass, model, pass, passIndex, trace } from '../store.ts';
import { LossCurveFigure } from './loss-curve.tsx';
import { ENGLISH, type PassWords } from './pass-words.ts';

/** Nobody looks through a longer list. */
const MOST_GRAPHS = 200;

export function Passes({ words = ENGLISH }: { words?: PassWords }) {
  const passes = trace.value?.passes ?? [];
  const current = pass.value;
  const root = model.value?.root ?? 0;
  const name = model.value?.nodes[root]?.name ?? 'loss';
  return (
    <section>
      <h2>{words.heading}</h2>
      {(trace.value?.graphs.length ?? 0) > 1 && <Graphs words={words} />}
      <LossCurveFigure words={words} />
      <input
        type="range"
        min={0}
        max={passes.length - 1}
        value={passIndex.value}
        aria-label={words.slider}
        aria-valuetext={words.step(current?.step ?? 0)}
        data-testid="pass-slider"
        onInput={event => choosePass(Number(event.currentTarget.value))}
      />
      <p class="pair">
        <span>{words.step(current?.step ?? 0)}</span>
        <span class="number" data-testid="loss">
          {name} {formatNumber(current ? nodeValue(current, root) : Number.NaN, 6)}
        </span>
      </p>
      <button
        type="button"
        class="button small"
        aria-pressed={pinnedIndex.value !== undefined}
        data-testid="pin"
        title={words.pinHint}
        onClick={togglePin}
      >
        <kbd>c</kbd>
        {pinnedIndex.value === undefined ? words.pin : words.unpin(pinnedIndex.value + 1)}
      </button>
    </section>
  );
}

/** A program that does not do the same in every pass has several graphs: which one is looked at. */
function Graphs({ words }: { words: PassWords }) {
  const { graphs, passes } = trace.value ?? { graphs: [], passes: [] };
  return (
    <select
      class="graph-choice"
      aria-label={words.graph}
      data-testid="graph-choice"
      value={pass.value?.graph ?? 0}
      onChange={event => chooseGraph(Number(event.currentTarget.value))}
    >
      {graphs.slice(0, MOST_GRAPHS).map(({ nodes, root }, index) => {
        const count = passes.reduce((sum, { graph }) => sum + (graph === index ? 1 : 0), 0);
        return (
          <option key={`${index} ${nodes.length}`} value={index} disabled={count === 0}>
            {words.graphChoice(index + 1, nodes[root]?.name ?? 'loss', nodes.length, count)}
          </option>
        );
      })}
    </select>
  );
}
