// What the list of steps remembers: whether it is open, whether it stands alone, and whether the focus is in it.

import { signal } from '@preact/signals';

export const listOpen = signal(false);
/** The list takes the place of the graph. */
export const listAlone = signal(false);
/** The focus reads the steps out, so that no live text must do so as well. */
export const listFocused = signal(false);
