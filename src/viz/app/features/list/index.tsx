// The steps as a list, beside the graph or instead of it: what the picture shows, to be read. `s` opens it.

import type { Feature } from '../../feature.ts';
import { lazy } from '../../lazy.tsx';
import { listAlone, listOpen } from './state.ts';

function toggle(): void {
  listOpen.value = !listOpen.value;
}

const open = () => listOpen.value;
const Panel = lazy(open, async () => (await import('./panel.tsx')).Panel);

export const listFeature: Feature = {
  panel: { place: 'beside', tab: 'Steps', open, view: Panel },
  transport: Toggle,
  keys: [
    {
      keys: ['s', 'S'],
      label: 's',
      does: 'show or hide the list of the steps',
      group: 'finding',
      run: toggle,
    },
  ],
  address: [
    {
      name: 'list',
      write: () => (listOpen.value ? (listAlone.value ? 'alone' : 'beside') : undefined),
      read: text => {
        listOpen.value = text === 'alone' || text === 'beside';
        listAlone.value = text === 'alone';
      },
    },
  ],
};

function Toggle() {
  return (
    <button
      type="button"
      class={listOpen.value ? 'button list-toggle pressed' : 'button list-toggle'}
      aria-pressed={listOpen.value}
      title="The steps as a list (s)"
      data-testid="list-toggle"
      onClick={toggle}
    >
      <kbd>s</kbd> list
    </button>
  );
}
