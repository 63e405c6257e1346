// The strip at the bottom: buttons to move through both passes, what happens now, and a place for every step.

import { formatCount } from '../../model/format.ts';
import { listFocused } from '../features/list/state.ts';
import { features } from '../features.ts';
import { narrow } from '../sheet.ts';
import {
  changeSpeed,
  earliest,
  goTo,
  playing,
  playSpeed,
  sentence,
  step,
  stepCount,
  togglePlay,
} from '../store.ts';
import { ForwardBar } from './forward-bar.tsx';
import { Legends } from './legend.tsx';
import { Strip } from './strip.tsx';

export function Transport() {
  const steps = stepCount.value;
  return (
    <section class="transport" aria-label="Forward and backward pass">
      <div class="transport-row">
        <div class="transport-buttons">
          <Button
            id="first"
            label={step.value > 0 ? 'Before the backward pass' : 'Before the forward pass'}
            path="M4 3v10M13 3L6 8l7 5z"
            to={step.value > 0 ? 0 : earliest.value}
          />
          <Button id="back" label="One step back" path="M12 3L4 8l8 5z" to={step.value - 1} />
          <button
            type="button"
            class="button play"
            data-testid="play"
            disabled={steps === 0 && earliest.value === 0}
            onClick={togglePlay}
          >
            <svg viewBox="0 0 16 16" aria-hidden="true">
              <path d={playing.value ? 'M4 3h3v10H4zM9 3h3v10H9z' : 'M4 2.5L13 8l-9 5.5z'} />
            </svg>
            {playing.value ? 'pause' : 'play'}
          </button>
          <Button id="forward" label="One step on" path="M4 3l8 5-8 5z" to={step.value + 1} />
          <Button id="last" label="After the last step" path="M3 3l7 5-7 5zM12 3v10" to={steps} />
          <button
            type="button"
            class="button speed"
            data-testid="speed"
            title="How fast it plays (+ and −)"
            aria-label={`Speed: ${playSpeed.value} times`}
            onClick={() => changeSpeed(1, true)}
          >
            {playSpeed.value === 0.5 ? '½' : playSpeed.value}×
          </button>
        </div>
        <p class="step" data-testid="step">
          {step.value < 0 ? (
            <>
              forward <b>{formatCount(step.value - earliest.value)}</b> /{' '}
              {formatCount(-earliest.value - 1)}
            </>
          ) : (
            <>
              step <b>{formatCount(step.value)}</b> / {formatCount(steps)}
            </>
          )}
        </p>
        <p
          class="sentence"
          aria-live={listFocused.value ? 'off' : 'polite'}
          data-testid="sentence"
          title={sentence.value}
        >
          {sentence.value}
        </p>
        {!narrow.value && features.map(({ transport: Part }, k) => Part && <Part key={k} />)}
        <Legends />
      </div>
      <div class="scrub">
        {earliest.value < 0 && <ForwardBar />}
        {steps > 0 && <Strip />}
      </div>
    </section>
  );
}

function Button(props: { id: string; label: string; path: string; to: number }) {
  const { id, label, path, to } = props;
  const disabled = to < earliest.value || to > stepCount.value || to === step.value;
  return (
    <button
      type="button"
      class="button icon"
      aria-label={label}
      data-testid={id}
      aria-disabled={disabled}
      onClick={() => goTo(to)}
    >
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d={path} />
      </svg>
    </button>
  );
}
