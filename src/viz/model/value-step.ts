// When the value of a card is computed, on the axis of the steps: the backward pass counts on from 0, the forward pass
// before it back from 0, one step for every card that an op makes, in tape order. Leaves and constants come before them.

import type { Cards } from './folding.ts';
import { at } from './model.ts';

const known = new WeakMap<Cards, Int32Array>();

/** The step, negative, at which the value of a card is there. */
export function valueStep(cards: Cards, card: number): number {
  const steps = known.get(cards) ?? stepsOf(cards);
  known.set(cards, steps);
  return at(steps, card);
}

function stepsOf({ cards, model }: Cards): Int32Array {
  const computed = cards.flatMap(({ node }, card) =>
    model.nodes[node]?.kind === 'op' ? [{ node, card }] : [],
  );
  computed.sort((a, b) => a.node - b.node);
  const steps = new Int32Array(cards.length).fill(-computed.length - 1);
  computed.forEach(({ card }, k) => {
    steps[card] = k - computed.length;
  });
  return steps;
}
