// Which card the paths lead to, and what of them is pointed out in the graph.

import { batch, computed, signal } from '@preact/signals';
import { derivationOf, factorTerms } from '../../../model/derivation.ts';
import type { Term } from '../../../model/formula.ts';
import { at } from '../../../model/model.ts';
import { type PathSum, pathsTo } from '../../../model/paths.ts';
import type { Highlight } from '../../../model/scene.ts';
import { goTo, playback, secretEdges, selectCard, selectedNode } from '../../store.ts';

const chosenNode = signal<number | undefined>(undefined);
/** The path under the pointer, by its place in the list. */
export const pointedPath = signal<number | undefined>(undefined);
/** The node that was selected from the bar itself: that changes what is looked at, not where the paths lead. */
let lookedAt: number | undefined;

export const chosenCard = computed(() => {
  const node = chosenNode.value;
  return node === undefined || playback.value === undefined
    ? undefined
    : at(playback.value.cards.cardOf, node);
});

export const paths = computed(() =>
  playback.value === undefined || chosenCard.value === undefined
    ? undefined
    : pathsTo(playback.value, chosenCard.value),
);

export const derivation = computed(() =>
  playback.value === undefined || paths.value === undefined || !paths.value.scalar
    ? undefined
    : derivationOf(playback.value.cards, paths.value),
);

/** The factors in symbols, in both notations; only for the edges that are shown. */
export const terms = computed((): Record<'latex' | 'text', ReadonlyMap<number, Term>> => {
  const [current, all] = [playback.value, paths.value];
  if (current === undefined || all === undefined || !all.scalar) {
    return { latex: new Map(), text: new Map() };
  }
  const shown = derivation.value === undefined ? all.top.flatMap(({ edges }) => edges) : all.edges;
  return {
    latex: factorTerms(current.cards, shown, 'latex'),
    text: factorTerms(current.cards, shown, 'text'),
  };
});

/** Whether predict mode still keeps a factor of the paths to itself, so that what they come to is a secret as well. */
export const secret = computed(() => {
  const keeps = secretEdges.value;
  return keeps !== undefined && paths.value?.edges.some(keeps) === true;
});

/** Takes the selection over, unless it was made in the bar. */
export function follow(): void {
  const node = selectedNode.value;
  if (node !== undefined && node === lookedAt) return;
  lookedAt = undefined;
  batch(() => {
    chosenNode.value = node;
    pointedPath.value = undefined;
  });
}

/** Goes to the card that an edge leads to, at the step in which it fires; the paths stay. */
export function lookAt(edge: number): void {
  const current = playback.value;
  const card = current?.cards.edges[edge]?.target;
  if (current === undefined || card === undefined) return;
  lookedAt = current.cards.cards[card]?.node;
  batch(() => {
    goTo(at(current.firesAt, card));
    selectCard(card);
  });
}

/** Where most of the flow runs is drawn strongest; a path under the pointer stands out from the others. */
export function highlightOf(all: PathSum, pointed: number | undefined): Highlight {
  const path = pointed === undefined ? undefined : all.top[pointed];
  const own = path && new Set(path.edges);
  const strength = (edge: number): number => {
    if (own !== undefined) return own.has(edge) ? 1 : 0.05;
    // The widths would tell what is still to be predicted.
    if (secret.value) return 0.4;
    return 0.15 + 0.85 * (all.weights.get(edge) ?? 0);
  };
  return {
    cards: new Set(all.cards),
    edges: new Map(all.edges.map(edge => [edge, strength(edge)])),
  };
}
