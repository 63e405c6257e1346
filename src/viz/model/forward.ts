// The forward half of time: at step t < 0 the value of one card is computed, in tape order. What is computed later is not
// known yet, and no gradient is.

import { at } from './model.ts';
import type { CardState, Playback } from './playback.ts';

/** What the value of a card is at a step of the forward pass. */
export type ForwardState = 'computing' | 'computed' | 'waiting';

/** What a card does at a step of either half. */
export type TimeState = CardState | ForwardState;

/** The step before everything: only leaves and constants have values. 0 where nothing is computed at all. */
export function firstStep({ forward }: Playback): number {
  return forward.length === 0 ? 0 : -forward.length - 1;
}

/** The card that a step is about: the one that fires, or whose value is computed; undefined at both beginnings. */
export function cardAt({ steps, forward }: Playback, t: number): number | undefined {
  return t < 0 ? forward[forward.length + t] : steps[t - 1];
}

/** The step at which a card fires; where it never does, the step at which its value is computed. */
export function stepOf({ firesAt, computedAt }: Playback, card: number): number {
  const fires = at(firesAt, card);
  return fires > 0 ? fires : at(computedAt, card);
}

/** How far the value of a card is at step t < 0. */
export function forwardState(
  { forward, computedAt }: Playback,
  card: number,
  t: number,
): ForwardState {
  const step = at(computedAt, card);
  if (step > t) return 'waiting';
  return step === t && step >= -forward.length ? 'computing' : 'computed';
}

/** Whether the value of a card is known at step t of either half. */
export function valueKnown({ computedAt }: Playback, card: number, t: number): boolean {
  return at(computedAt, card) <= t;
}
