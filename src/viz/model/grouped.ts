// The cards of a graph with its closed groups drawn as one card each.

import { assembleCards, type CardDraft, type CardGroup, type Cards } from './folding.ts';
import { closedAround, type Grouping } from './grouping.ts';
import { at, type Model } from './model.ts';

/** The cards that are to be seen while these groups are open. */
export function groupedCards(grouping: Grouping, open: ReadonlySet<string>): Cards {
  const { cards: base, homeOf } = grouping;
  const around = closedAround(grouping, open);
  const shown = base.cards.map((_, card) => around[at(homeOf, card)]);
  if (shown.every(group => group === undefined)) return base;
  const closed = new Map<number, number[]>();
  const drafts: (CardDraft & { place: number })[] = [];
  base.cards.forEach(({ node, members }, card) => {
    const group = shown[card];
    if (group === undefined) drafts.push({ node, members, place: node });
    else if (closed.has(group)) closed.get(group)?.push(...members);
    else closed.set(group, [...members]);
  });
  const groupOf = new Int32Array(base.model.nodes.length).fill(-1);
  for (const [group, members] of closed) for (const member of members) groupOf[member] = group;
  for (const [group, members] of closed) drafts.push(groupDraft(grouping, group, members, groupOf));
  // What is read stands before whatever reads it: a group stands where its first op does, a leaf before all that read it.
  const places = new Map<number, number>();
  for (const { group, place } of drafts) if (group !== undefined) places.set(group.id, place);
  for (const draft of drafts) {
    if (draft.group !== undefined || base.model.nodes[draft.node]?.kind === 'op') continue;
    for (const reader of readersOf(base.model, draft.members)) {
      draft.place = Math.min(draft.place, (places.get(at(groupOf, reader)) ?? reader) - 0.5);
    }
  }
  drafts.sort((a, b) => a.place - b.place || a.node - b.node);
  return assembleCards(
    base.model,
    drafts.map(({ place: _, ...draft }) => draft),
  );
}

function groupDraft(
  { cards: { model, cards }, groups, ops }: Grouping,
  id: number,
  unsorted: number[],
  groupOf: Int32Array,
): CardDraft & { place: number } {
  const members = Int32Array.from(unsorted).sort();
  const count = (kind: string) =>
    members.reduce((sum, node) => sum + (model.nodes[node]?.kind === kind ? 1 : 0), 0);
  const ends = [...members].filter(
    node => node === model.root || readersOf(model, [node]).some(it => at(groupOf, it) !== id),
  );
  const { title = '', times = 1, first = 0 } = groups[id] ?? {};
  const group: CardGroup = {
    id,
    title,
    times,
    ops: count('op'),
    leaves: count('leaf'),
    ends,
  };
  const place = cards[at(ops, first)]?.node ?? 0;
  return { node: ends.at(-1) ?? members.at(-1) ?? 0, members: [...members], group, place };
}

/** The nodes that read any of these. */
function readersOf(model: Model, nodes: readonly number[]): number[] {
  return nodes.flatMap(node => {
    const edges = model.outEdges.subarray(
      at(model.outOffsets, node),
      at(model.outOffsets, node + 1),
    );
    return Array.from(edges, edge => at(model.consumerOf, edge));
  });
}
