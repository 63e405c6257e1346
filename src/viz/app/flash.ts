// An edge of the graph flashes while something that stands for it is under the pointer or has the focus: a factor, a row of a
// ledger. Where motion is not wanted it is only pointed out.

import { effect } from '@preact/signals';
import { cardName, cards, flashedEdge, selectedNode } from './store.ts';

/** On, off, on, off, and on from then: milliseconds from the start. */
const BEATS = [150, 260, 410, 520] as const;

let timers: ReturnType<typeof setTimeout>[] = [];
let resting: number | undefined;

/** What an element needs to make an edge flash. */
export function flashes(edge: number | undefined): {
  onPointerEnter(): void;
  onPointerLeave(): void;
  onFocus(): void;
  onBlur(): void;
} {
  const start = () => flash(edge);
  return { onPointerEnter: start, onPointerLeave: stop, onFocus: start, onBlur: stop };
}

/** The edge to point out while none flashes. */
export function restOn(edge: number | undefined): void {
  resting = edge;
  if (edge === undefined) stop();
  else flash(edge);
}

function flash(edge: number | undefined): void {
  stop();
  if (edge === undefined) return;
  flashedEdge.value = edge;
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
  timers = BEATS.map((time, k) =>
    setTimeout(() => {
      flashedEdge.value = k % 2 === 0 ? undefined : edge;
    }, time),
  );
}

function stop(): void {
  for (const timer of timers) clearTimeout(timer);
  timers = [];
  flashedEdge.value = resting;
}

// What flashed may be gone once something else is selected, and with it the event that would have ended it.
effect(() => {
  selectedNode.value;
  cards.value;
  stop();
});

// The picture is a canvas: what flashes in it is written down for those who cannot look at it, the tests among them.
effect(() => {
  const edge = cards.value?.edges[flashedEdge.value ?? -1];
  const names = edge === undefined ? '' : `${cardName(edge.source)} ${cardName(edge.target)}`;
  document.documentElement.setAttribute('data-flashed', names);
});
