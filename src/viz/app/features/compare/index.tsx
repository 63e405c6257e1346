// Two passes of a training run side by side: A is pinned, B is the one that is shown.

import type { Feature } from '../../feature.ts';
import { lazy } from '../../lazy.tsx';
import { trace } from '../../store.ts';
import { pinned, pinnedIndex, togglePin } from './pinned.ts';

const open = () => pinned.value !== undefined;
const CompareBar = lazy(open, async () => (await import('./panels.tsx')).CompareBar);
const CompareSection = lazy<{ card: number }>(
  open,
  async () => (await import('./panels.tsx')).CompareSection,
);

export const compareFeature: Feature = {
  panel: { place: 'below', tab: 'Compare', open, view: CompareBar },
  inspector: CompareSection,
  keys: [
    {
      keys: ['c'],
      label: 'c',
      does: 'pin this pass as A, to compare others with it; or let go of it',
      run: togglePin,
    },
  ],
  address: [
    {
      name: 'pin',
      write: () => pinnedIndex.value?.toString(),
      read: text => {
        const index = /^\d{1,9}$/.test(text) ? Number(text) : -1;
        pinnedIndex.value = trace.value?.passes[index] === undefined ? undefined : index;
      },
    },
  ],
};
