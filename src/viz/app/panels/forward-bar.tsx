// The forward half of time as a slim bar above the strip: how much is computed. It is a scrub bar of its own.

import { earliest, goTo, sentence, step } from '../store.ts';

export function ForwardBar() {
  const first = earliest.value;
  const now = Math.min(0, step.value);
  const place = (event: PointerEvent): number => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const share = (event.clientX - box.left) / Math.max(1, box.width);
    return first + Math.round(Math.min(1, Math.max(0, share)) * -first);
  };
  return (
    <div class="forward-bar">
      <span aria-hidden="true">forward</span>
      <div
        class="forward-track"
        role="slider"
        tabIndex={0}
        aria-label="Step of the forward pass"
        aria-valuemin={0}
        aria-valuemax={-first}
        aria-valuenow={now - first}
        aria-valuetext={step.value < 0 ? sentence.value : 'the forward pass is complete'}
        data-testid="forward-bar"
        onPointerDown={event => {
          event.currentTarget.setPointerCapture(event.pointerId);
          goTo(place(event));
        }}
        onPointerMove={event => {
          if (event.currentTarget.hasPointerCapture(event.pointerId)) goTo(place(event));
        }}
      >
        <div
          class={step.value < 0 ? 'forward-done now' : 'forward-done'}
          style={{ width: `${(100 * (now - first)) / -first}%` }}
        />
      </div>
    </div>
  );
}
