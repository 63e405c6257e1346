// The backward pass as a list of sentences: stands in for the picture where that cannot be drawn at all.

import { sentenceOf } from '../../model/sentence.ts';
import { goTo, playback, selectCard, step } from '../store.ts';

const MOST_STEPS = 500;

export function StepList() {
  const current = playback.value;
  if (current === undefined) return null;
  return (
    <div class="step-list" data-testid="step-list">
      <p class="notice" role="status">
        This browser offers no WebGL, and what draws the graph without it could not be fetched.
        Everything else works: here are the steps of the backward pass; select one to see its rule
        and ledger.
      </p>
      <ol>
        {current.steps.slice(0, MOST_STEPS).map((card, k) => (
          <li key={card}>
            <button
              type="button"
              class={step.value === k + 1 ? 'link now' : 'link'}
              aria-current={step.value === k + 1 ? 'step' : undefined}
              onClick={() => {
                goTo(k + 1);
                selectCard(card);
              }}
            >
              {sentenceOf(current, k + 1)}
            </button>
          </li>
        ))}
      </ol>
    </div>
  );
}
