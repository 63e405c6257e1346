// Search: a field for names, ops, scopes and source files, with the best matches below it. `/` opens it.

import { signal } from '@preact/signals';
import type { Feature } from '../../feature.ts';
import { lazy } from '../../lazy.tsx';

export const searchOpen = signal(false);
/** What was typed since the search was asked for, until its field is there; undefined when it is, or nobody asked. */
let ahead: string | undefined;

const Dialog = lazy(
  () => searchOpen.value,
  async () => {
    try {
      return (await import('./dialog.tsx')).SearchDialog;
    } catch (error) {
      closeSearch();
      throw error;
    }
  },
);

export const searchFeature: Feature = {
  overlay: Dialog,
  header: Open,
  typeAhead,
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
  if (searchOpen.peek()) return;
  ahead = '';
  searchOpen.value = true;
}

export function closeSearch(): void {
  ahead = undefined;
  searchOpen.value = false;
}

/** Whoever types at once means the search, whose field is still on its way. */
function typeAhead(key: string): boolean {
  if (ahead === undefined) return false;
  if (key === 'Escape') closeSearch();
  else if (key === 'Backspace') ahead = ahead.slice(0, -1);
  else if (key.length === 1) ahead += key;
  return true;
}

/** What the field begins with; from now on it takes the keys itself. */
export function typedAhead(): string {
  const typed = ahead ?? '';
  ahead = undefined;
  return typed;
}

function Open() {
  return (
    <button type="button" class="button" title="Search (/)" data-testid="search" onClick={open}>
      <kbd>/</kbd> search
    </button>
  );
}
