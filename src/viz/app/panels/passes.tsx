// The passes of the trace: the curve of the loss over them, a slider, and the pin that compares two of them.

import { formatCount, formatNumber } from '../../model/format.ts';
import { nodeValue } from '../../model/playback.ts';
import { pinnedIndex, togglePin } from '../features/compare/pinned.ts';
import { choosePass, model, pass, passIndex, trace } from '../store.ts';
import { LossCurveFigure } from './loss-curve.tsx';

export function Passes() {
  const passes = trace.value?.passes ?? [];
  const current = pass.value;
  const root = model.value?.root ?? 0;
  const name = model.value?.nodes[root]?.name ?? 'loss';
  return (
    <section>
      <h2>Passes</h2>
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
