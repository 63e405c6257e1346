// Opening and closing groups, and showing what is in a closed one.

import { type Group, groupsAround } from '../model/grouping.ts';
import { at } from '../model/model.ts';
import { cards, grouping, openGroups, selectCard, setOpenGroups, wantedOpen } from './store.ts';

/** The group that a card stands for; undefined for any other card. */
export function groupOf(card: number | undefined): Group | undefined {
  const id = cards.value?.cards[card ?? -1]?.group?.id;
  return id === undefined ? undefined : grouping.value?.groups[id];
}

/** The innermost open group that a card is in. */
export function openAround(card: number | undefined): Group | undefined {
  const node = cards.value?.cards[card ?? -1]?.node;
  return node === undefined ? undefined : around(node).findLast(({ key }) => isOpen(key));
}

export function isOpen(key: string): boolean {
  return openGroups.value.has(key);
}

/** Opens the group that a card stands for: what is in it takes its place. Does nothing with any other card. */
export function openCard(card: number): void {
  const group = groupOf(card);
  if (group !== undefined) toggleGroup(group);
}

/** Opens a closed group, with those that it is in, or closes an open one. Its last card, or the group, stays in its place. */
export function toggleGroup(group: Group): void {
  const groups = grouping.value?.groups ?? [];
  const keys = new Set(openGroups.value);
  const chain: Group[] = [];
  for (let it: Group | undefined = group; it !== undefined; it = groups[it.parent ?? -1]) {
    chain.push(it);
  }
  if (chain.every(({ key }) => keys.has(key))) keys.delete(group.key);
  else for (const { key } of chain) keys.add(key);
  setOpenGroups(keys, lastNode(group));
}

/** Opens all groups that a node is in, so that it has a card to be seen on. */
export function showNode(node: number): void {
  const keys = around(node).map(({ key }) => key);
  if (keys.every(isOpen)) return;
  setOpenGroups(new Set([...openGroups.value, ...keys]), node);
}

/** More cards than this are too many to draw at once. */
const MOST_CARDS = 20_000;

/** Whether every group may be open at the same time. */
export function canOpenAll(): boolean {
  return (grouping.value?.cards.cards.length ?? 0) <= MOST_CARDS;
}

/** Opens every group. */
export function openAll(): void {
  const keys = new Set((grouping.value?.groups ?? []).map(({ key }) => key));
  setOpenGroups(keys, cards.peek()?.model.root);
}

export function allOpen(): boolean {
  return openGroups.value.size >= (grouping.value?.groups.length ?? 0);
}

/** Closes every group, or goes back to what is open by itself. */
export function closeAll(): void {
  setOpenGroups(new Set());
}

export function openAsBefore(): void {
  setOpenGroups(undefined);
}

/** Selects the card of a group, closed or not. */
export function selectGroup(group: Group): void {
  const node = lastNode(group);
  if (node !== undefined && cards.value !== undefined) selectCard(at(cards.value.cardOf, node));
}

/** The node of the last op of a group. */
export function lastNode({ end }: Group): number | undefined {
  const all = grouping.value;
  return all?.cards.cards[all.ops[end - 1] ?? -1]?.node;
}

/** Says `all`, or their numbers; only where somebody has opened or closed any. */
export function writeOpen(): string | undefined {
  const groups = grouping.value?.groups ?? [];
  if (wantedOpen.value === undefined || groups.length === 0) return undefined;
  if (allOpen()) return 'all';
  return groups
    .filter(({ key }) => openGroups.value.has(key))
    .map(({ id }) => id)
    .join('.');
}

/** Opens those, and closes all others. */
export function readOpen(text: string): void {
  const groups = grouping.value?.groups ?? [];
  if (text === 'all' && canOpenAll()) {
    openAll();
    return;
  }
  const keys = text
    .split('.')
    .flatMap(id => (/^\d{1,6}$/.test(id) ? (groups[Number(id)]?.key ?? []) : []));
  setOpenGroups(new Set(keys));
}

function around(node: number): Group[] {
  const all = grouping.value;
  return all === undefined ? [] : groupsAround(all, at(all.cards.cardOf, node));
}
