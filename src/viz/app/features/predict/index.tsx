// Predict mode: the next numbers of the backward pass are hidden, and the learner works them out first.

import type { Feature } from '../../feature.ts';
import { lazy } from '../../lazy.tsx';
import { predicting } from './state.ts';

const open = () => predicting.value;
const Bar = lazy(open, async () => (await import('./predict-bar.tsx')).PredictBar);

function toggle(): void {
  predicting.value = !predicting.value;
}

export const predictFeature: Feature = {
  panel: { place: 'below', tab: 'Predict', open, view: Bar },
  transport: Toggle,
  keys: [
    {
      keys: ['h', 'H'],
      label: 'h',
      does: 'predict: hide the next numbers and ask for them',
      run: toggle,
    },
  ],
  address: [
    {
      name: 'predict',
      write: () => (predicting.value ? '1' : undefined),
      read: text => {
        predicting.value = text === '1';
      },
    },
  ],
};

function Toggle() {
  return (
    <button
      type="button"
      class={predicting.value ? 'button pressed' : 'button'}
      aria-pressed={predicting.value}
      title="Hide the next numbers, and work them out (h)"
      data-testid="predict"
      onClick={toggle}
    >
      predict
    </button>
  );
}
