// Large pictures that are asked for are laid out in another thread; until that is done, the one before them stays.

import { effect } from '@preact/signals';
import { placeFrame, planFrame } from '../../model/frame.ts';
import { showArranged, waitingCards } from '../store.ts';
import { layoutElsewhere } from './elsewhere.ts';

/** Lays out whatever is waited for, from now on. Returns a function that stops this. */
export function arrangeWaiting(): () => void {
  return effect(() => {
    const cards = waitingCards.value;
    if (cards === undefined) return;
    const plan = planFrame(cards);
    layoutElsewhere(plan.input, plan.options, layout => {
      showArranged(cards, placeFrame(plan, layout));
    });
  });
}
