// The paths from the loss down to the selected card: pointed out in the graph, and the derivation in a bar below it.

import { nodeGradient } from '../../../model/playback.ts';
import type { Feature } from '../../feature.ts';
import { lazy } from '../../lazy.tsx';
import { narrow } from '../../sheet.ts';
import { cardName, fitAsked, playback } from '../../store.ts';
import { pathsOpen } from './state.ts';

const open = () => pathsOpen.value;
const Bar = lazy(open, async () => (await import('./paths-bar.tsx')).PathsBar);

function toggle(): void {
  pathsOpen.value = !pathsOpen.value;
  // A narrow window may show a part of the graph, and they go through all of it.
  if (pathsOpen.value && narrow.value) fitAsked.value++;
}

export const pathsFeature: Feature = {
  panel: { place: 'below', tab: 'Paths', open, view: Bar },
  inspector: Invitation,
  keys: [
    {
      keys: ['p', 'P'],
      label: 'p',
      does: 'show or hide all paths to the loss',
      group: 'finding',
      run: toggle,
    },
  ],
  address: [
    {
      name: 'paths',
      write: () => (pathsOpen.value ? '1' : undefined),
      read: text => {
        pathsOpen.value = text === '1';
      },
    },
  ],
};

function Invitation({ card }: { card: number }) {
  const current = playback.value;
  if (current === undefined || card === current.cards.root) return null;
  if (nodeGradient(current.pass, current.cards.cards[card]?.node ?? -1) === null) return null;
  return (
    <section>
      <button
        type="button"
        class="button invitation"
        data-testid="show-paths"
        aria-pressed={pathsOpen.value}
        onClick={toggle}
      >
        <kbd>p</kbd> all paths from {cardName(current.cards.root)} to {cardName(card)}
      </button>
    </section>
  );
}
