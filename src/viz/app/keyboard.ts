// The keys of the viewer: one table that both the listener and the help read.

import type { Key } from './feature.ts';
import { features } from './features.ts';
import {
  changeSpeed,
  goTo,
  goToLayer,
  goToStart,
  helpOpen,
  selectCard,
  selectNeighbour,
  step,
  stepCount,
  togglePlay,
} from './store.ts';

/** The table of keys. `fit` belongs to the graph on the page, so it is handed in. */
export function keyTable(fit: () => void): readonly Key[] {
  return [
    {
      keys: ['ArrowRight'],
      label: '→',
      does: 'one step on',
      group: 'time',
      run: () => goTo(step.value + 1),
    },
    {
      keys: ['ArrowLeft'],
      label: '←',
      does: 'one step back',
      group: 'time',
      run: () => goTo(step.value - 1),
    },
    {
      keys: ['ArrowRight'],
      shift: true,
      label: 'Shift →',
      does: 'on to the next column',
      group: 'time',
      run: () => goToLayer(1),
    },
    {
      keys: ['ArrowLeft'],
      shift: true,
      label: 'Shift ←',
      does: 'back to the column before',
      group: 'time',
      run: () => goToLayer(-1),
    },
    {
      keys: ['Home'],
      label: 'Home',
      does: 'before the backward pass; from there before the forward pass',
      group: 'time',
      run: goToStart,
    },
    {
      keys: ['End'],
      label: 'End',
      does: 'after the last step',
      group: 'time',
      run: () => goTo(stepCount.value),
    },
    { keys: [' '], label: 'Space', does: 'play or pause', group: 'time', run: togglePlay },
    {
      keys: ['+', '='],
      label: '+ −',
      does: 'play faster, play slower',
      group: 'time',
      run: () => changeSpeed(1),
    },
    { keys: ['-', '_'], label: '', does: '', run: () => changeSpeed(-1) },
    {
      keys: ['ArrowDown'],
      label: '↓',
      does: 'select the next card',
      group: 'finding',
      run: () => selectNeighbour(1),
    },
    {
      keys: ['ArrowUp'],
      label: '↑',
      does: 'select the previous card',
      group: 'finding',
      run: () => selectNeighbour(-1),
    },
    {
      keys: ['Escape'],
      label: 'Esc',
      does: 'select nothing',
      group: 'finding',
      run: () => selectCard(undefined),
    },
    {
      keys: ['f', 'F'],
      label: 'f',
      does: 'fit the graph to the window',
      group: 'finding',
      run: fit,
    },
    {
      keys: ['?'],
      label: '?',
      does: 'show or hide this list',
      run: () => {
        helpOpen.value = !helpOpen.value;
      },
    },
    ...features.flatMap(({ keys }) => keys ?? []),
  ];
}

/** Listens on the whole page; returns a function that stops listening. */
export function listenToKeys(table: readonly Key[]): () => void {
  const listener = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (keepsKey(event)) return;
    if (features.some(({ typeAhead }) => typeAhead?.(event.key) === true)) {
      event.preventDefault();
      return;
    }
    const key = table.find(
      // A key with a sign of its own, such as ?, needs Shift on some keyboards and not on others.
      ({ keys, shift = false, when }) =>
        keys.includes(event.key) &&
        (shift === event.shiftKey || event.key.length === 1) &&
        when?.() !== false,
    );
    if (key === undefined) return;
    event.preventDefault();
    key.run();
  };
  window.addEventListener('keydown', listener);
  return () => window.removeEventListener('keydown', listener);
}

/** Controls keep the keys that they use themselves: a button Space, a slider and a radio the arrows, a text field all. */
function keepsKey({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest('dialog[open]') !== null && key !== '?') return true;
  // So do links.
  if (target.closest('button, a[href], summary') !== null) return key === ' ' || key === 'Enter';
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  if (target instanceof HTMLInputElement && /^(?:text|number|search)$/.test(target.type)) {
    // In a single line there are no pages to turn.
    return key !== 'Escape' && !/^Page/.test(key);
  }
  return target instanceof HTMLInputElement && key !== 'Escape' && key !== '?' && key !== 'f';
}
