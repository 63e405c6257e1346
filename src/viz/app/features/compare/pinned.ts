// The pass that is pinned as A: what the strip and the curve of the loss need to know of a comparison.

import { computed, effect, signal } from '@preact/signals';
import type { CompareBy } from '../../../model/compare.ts';
import { pass, passIndex, trace } from '../../store.ts';

/** Place of the pinned pass in the trace; undefined where none is. */
export const pinnedIndex = signal<number | undefined>(undefined);
export const compareBy = signal<CompareBy>('gradient');

// Another trace has other passes; one that only grew keeps its title and its graphs.
let before = trace.peek();
effect(() => {
  const now = trace.value;
  const same =
    now?.title === before?.title &&
    now?.graphs[0]?.nodes.length === before?.graphs[0]?.nodes.length;
  if (before !== undefined && !same) pinnedIndex.value = undefined;
  before = now;
});

/** The pinned pass itself. */
export const pinned = computed(() =>
  pinnedIndex.value === undefined ? undefined : trace.value?.passes[pinnedIndex.value],
);

/** Why the pinned pass and the one that is shown cannot be compared; undefined where they can, or where none is pinned. */
export const obstacle = computed(() =>
  pinned.value === undefined || pinned.value.graph === pass.value?.graph
    ? undefined
    : 'The two passes ran over different graphs, so that there is no card to compare with.',
);

/** The pinned pass where it is another one than is shown and can be compared with it. */
export const compared = computed(() =>
  pinned.value === undefined || pinned.value === pass.value || obstacle.value !== undefined
    ? undefined
    : pinned.value,
);

/** Pins the pass that is shown, or lets go of the one that is pinned. */
export function togglePin(): void {
  if (pinnedIndex.value !== undefined) pinnedIndex.value = undefined;
  else if ((trace.value?.passes.length ?? 0) > 1) pinnedIndex.value = passIndex.value;
}
