// What is not finite, in words: the bar that goes from place to place, and the section for the selected card.

import { useEffect } from 'preact/hooks';
import { plural } from '../../../model/format.ts';
import {
  anomaliesOn,
  current,
  dismiss,
  explain,
  foundNothing,
  goToAnomaly,
  intentOn,
  report,
  show,
  someIntended,
} from './state.ts';

/** The anomaly that is looked at: why, and where in the program. */
export function AnomalyBar() {
  useEscape();
  const it = current.value;
  const { anomalies, values, gradients } = report.value;
  const { sentence, source } =
    it === undefined
      ? { sentence: someIntended.value ? ONLY_INTENDED : ALL_FINITE, source: undefined }
      : explain(it.anomaly);
  return (
    <section class="anomaly-bar" aria-label="What is not finite" data-testid="anomaly-bar">
      <p role="status">
        {it !== undefined && (
          <b data-testid="anomaly-place">
            ⚠ {it.index + 1} of {anomalies.length}{' '}
          </b>
        )}
        <span data-testid="anomaly-reason">{sentence}</span>
        {source !== undefined && (
          <>
            {' '}
            <code data-testid="anomaly-source">{source}</code>
          </>
        )}
        {it?.anomaly.contained === true && (
          <small> It stays where it is: neither the loss nor a gradient takes it up.</small>
        )}
        {it !== undefined && (
          <small>
            {' '}
            Not finite in this pass: {plural(values, 'value')}, {plural(gradients, 'gradient')}.
          </small>
        )}
      </p>
      {it !== undefined && (
        <>
          <button
            type="button"
            class="button"
            data-testid="anomaly-previous"
            onClick={() => void goToAnomaly(-1)}
          >
            <kbd>Shift n</kbd> previous
          </button>
          <button
            type="button"
            class="button"
            data-testid="anomaly-next"
            onClick={() => void goToAnomaly(1)}
          >
            <kbd>n</kbd> next
          </button>
        </>
      )}
      <button type="button" class="button icon" aria-label="Close" onClick={dismiss}>
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="M4 4l8 8M12 4l-8 8" />
        </svg>
      </button>
    </section>
  );
}

/** Escape closes the bar before it takes the selection away. Fields and dialogs keep it for themselves. */
function useEscape(): void {
  useEffect(() => {
    const listener = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      // The listener outlives the bar by a frame.
      if (current.peek() === undefined && !foundNothing.peek()) return;
      const inside = event.target instanceof Element ? event.target : document.body;
      if (inside.closest('dialog, input, select, textarea') !== null) return;
      if (document.querySelector('dialog[open]') !== null) return;
      event.preventDefault();
      dismiss();
    };
    window.addEventListener('keydown', listener, true);
    return () => window.removeEventListener('keydown', listener, true);
  }, []);
}

const ALL_FINITE = 'Every value and every gradient of every pass is finite.';
const ONLY_INTENDED =
  'NaN and ∞ arise nowhere. What is infinite comes from constants, such as a mask, and neither a loss nor a gradient takes it up.';

/** More anomalies of a card than this are counted only. */
const MOST_LISTED = 8;

/** What arises on the selected card, or what is infinite on it by intent. */
export function AnomalySection({ card }: { card: number }) {
  const here = anomaliesOn(card);
  const intent = intentOn(card);
  if (here.length === 0 && intent === '') return null;
  return (
    <section>
      <h3>Not finite</h3>
      {intent !== '' && <p data-testid="intended">{intent}</p>}
      {here.length > 0 && (
        <ul class="anomalies" data-testid="anomalies">
          {here.slice(0, MOST_LISTED).map(({ anomaly, index }) => (
            <li key={index}>
              <button type="button" class="link" onClick={() => show(index)}>
                <span aria-hidden="true">⚠ </span>
                {explain(anomaly).sentence}
              </button>
            </li>
          ))}
        </ul>
      )}
      {here.length > MOST_LISTED && <p class="more">and {here.length - MOST_LISTED} more</p>}
    </section>
  );
}
