// The sheet of a narrow window: how far it is open, and which of the panels is in it. A wide window has a place for each
// of them, and no sheet.

import { batch, signal } from '@preact/signals';

export type SheetSize = 'closed' | 'half' | 'full';

/** A phone, upright or on its side, and any other window or frame of that size. */
const query = window.matchMedia('(max-width: 760px), (max-width: 1000px) and (max-height: 500px)');

export const narrow = signal(query.matches);
export const sheetSize = signal<SheetSize>('closed');
/** The name of the tab; those of the panels of features are what they say on them. */
export const sheetTab = signal('card');

query.addEventListener('change', ({ matches }) => {
  narrow.value = matches;
});

/** Shows a panel; a closed sheet opens half-way. */
export function showTab(tab: string): void {
  batch(() => {
    sheetTab.value = tab;
    if (sheetSize.value === 'closed') sheetSize.value = 'half';
  });
}

/** Somebody has selected a card to read about it. In a wide window that is in sight anyway. */
export function inspect(): void {
  if (narrow.peek()) showTab('card');
}
