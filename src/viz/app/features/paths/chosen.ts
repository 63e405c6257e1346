// Which card the paths lead to, and what of them is pointed out in the graph.

import { batch, computed, signal } from '@preact/signals';
import { derivationOf, factorTerms } from '../../../model/derivation.ts';
import type { Term } from '../../../model/formula.ts';
import { at } from '../../../model/model.ts';
import { cardLabel } from '../../../model/names.ts';
import { type PathSum, pathsTo } from '../../../model/paths.ts';
import type { Highlight } from '../../../model/scene.ts';
import {
  goTo,
  playback,
  secretEdges,
  selectCard,
  selectedNode,
  singlePlayback,
} from '../../store.ts';

const chosenNode = signal<number | undefined>(undefined);
/** The path under the pointer, by its place in the list. */
export const pointedPath = signal<number | undefined>(undefined);
/** The node that was selected from the bar itself: that changes what is looked at, not where the paths lead. */
let lookedAt: number | undefined;

export const chosenCard = computed(() => {
  const node = chosenNode.value;
  return node === undefined || singlePlayback.value === undefined
    ? undefined
    : at(singlePlayback.value.cards.cardOf, node);
});

/** Paths run through closed groups: their cards and edges are those of the picture with every group open. */
export const paths = computed(() =>
  singlePlayback.value === undefined || chosenCard.value === undefined
    ? undefined
    : pathsTo(singlePlayback.value, chosenCard.value),
);

export const derivation = computed(() =>
  singlePlayback.value === undefined || paths.value === undefined || !paths.value.scalar
    ? undefined
    : derivationOf(singlePlayback.value.cards, paths.value),
);

/** The factors in symbols, in both notations; only for the edges that are shown. */
export const terms = computed((): Record<'latex' | 'text', ReadonlyMap<number, Term>> => {
  const [current, all] = [singlePlayback.value, paths.value];
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
  return secretEdges.value !== undefined && paths.value?.edges.some(isSecretFactor) === true;
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
  const single = singlePlayback.value?.cards;
  const node = single?.cards[single.edges[edge]?.target ?? -1]?.node;
  if (current === undefined || node === undefined) return;
  const card = at(current.cards.cardOf, node);
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
  const [single, shown] = [singlePlayback.value?.cards, playback.value?.cards];
  const nodeOf = (card: number) => single?.cards[card]?.node ?? 0;
  const edges = new Map<number, number>();
  for (const edge of all.edges) {
    const seen = visibleEdge(edge);
    if (seen !== undefined) edges.set(seen, Math.max(edges.get(seen) ?? 0, strength(edge)));
  }
  return {
    cards: new Set(
      shown === undefined ? [] : all.cards.map(card => at(shown.cardOf, nodeOf(card))),
    ),
    edges,
  };
}

/** For each edge of the trace the edge of the picture that it is a part of. */
const edgesSeen = computed(() => {
  const seen = new Map<number, number>();
  playback.value?.cards.edges.forEach(({ edges }, index) => {
    for (const e of edges) seen.set(e, index);
  });
  return seen;
});

/** Where an edge of a path is in the picture; undefined inside a closed group. */
export function visibleEdge(edge: number): number | undefined {
  const single = singlePlayback.value;
  if (single === playback.value) return edge;
  for (const e of single?.cards.edges[edge]?.edges ?? []) {
    const seen = edgesSeen.value.get(e);
    if (seen !== undefined) return seen;
  }
  return undefined;
}

/** Whether predict mode keeps a factor to itself. */
export function isSecretFactor(edge: number): boolean {
  const seen = visibleEdge(edge);
  return seen !== undefined && secretEdges.value?.(seen) === true;
}

/** What a card of the paths is called. */
export function pathCardName(card: number): string {
  return singlePlayback.value === undefined ? '' : cardLabel(singlePlayback.value.cards, card);
}
