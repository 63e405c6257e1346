// Search: a field for names, ops, scopes and source files, with the best matches below it. `/` opens it.

import { signal } from '@preact/signals';
import type { Feature } from '../../feature.ts';
import { lazy } from '../../lazy.tsx';

export const searchOpen = signal(false);

const Dialog = lazy(
  () => searchOpen.value,
  async () => (await import('./dialog.tsx')).SearchDialog,
);

export const searchFeature: Feature = {
  overlay: Dialog,
  header: Open,
  keys: [
    {
      keys: ['/'],
      label: '/',
      does: 'search for a name, an op, a scope or a file',
      group: 'finding',
      run: open,
    },
  ],
};

function open(): void {
  searchOpen.value = true;
}

function Open() {
  return (
    <button type="button" class="button" title="Search (/)" data-testid="search" onClick={open}>
      <kbd>/</kbd> search
    </button>
  );
}
