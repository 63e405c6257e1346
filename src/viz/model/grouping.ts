// Groups of cards: by the scopes of the program, blocks that repeat in a row, and, where a group would still show too much at
// once, plain chunks of the tape. Every group is an interval of the ops in tape order. That order has all inputs before
// their consumers, so whatever groups are drawn as one card, no cycle can arise. The ops of a backward pass that was recorded
// itself are grouped as the forward ops are that they come from: a sweep takes those one after the other.

import type { Cards } from './folding.ts';
import { formatCount } from './format.ts';
import { isNested, ordersOf, originCard } from './mirror.ts';
import { at, opOf, scopeOf } from './model.ts';

/** A part of the graph that can be drawn as one card. */
export interface Group {
  /** Its place in {@link Grouping.groups}; a group comes after the one that it is in. */
  readonly id: number;
  /** The group that it is in; undefined at the top. */
  readonly parent: number | undefined;
  /** What keeps it together: a scope, blocks alike in a row, or nothing but its place on the tape. */
  readonly kind: 'scope' | 'repeat' | 'chunk';
  readonly title: string;
  /** How many blocks in a row a `repeat` has; 1 otherwise. */
  readonly times: number;
  /** The same for the same group of the same program, however its formulas are folded. */
  readonly key: string;
  /** The cards of ops in it, as an interval of {@link Grouping.ops}. */
  readonly first: number;
  readonly end: number;
  /** The groups in it, one level down. */
  readonly groups: readonly number[];
  /** How many cards stand for it while it is open and the groups in it are closed. */
  readonly parts: number;
}

/** The groups of a graph. */
export interface Grouping {
  readonly cards: Cards;
  readonly groups: readonly Group[];
  /** The groups that are in no other. */
  readonly top: readonly number[];
  /** How many cards there are while every group is closed. */
  readonly parts: number;
  /** The cards of ops in tape order. */
  readonly ops: Int32Array;
  /** For each card the innermost group that it is in; −1 where it is in none. */
  readonly homeOf: Int32Array;
}

/** More parts than this side by side are put into chunks of so many. */
const MOST_PARTS = 240;
const CHUNK = 32;
/** Deeper scopes than this are one: nobody reads them. */
const DEEPEST = 48;

/** One part of a group while the groups are being found: a single card of an op, by its place, or a group. */
interface Part {
  readonly first: number;
  readonly end: number;
  readonly group?: Draft;
}

interface Draft {
  kind: Group['kind'];
  title: string;
  times: number;
  key: string;
  parts: Part[];
}

/** Finds the groups among the cards of a graph. */
export function groupCards(cards: Cards): Grouping {
  const ops = opsOf(cards);
  const paths = pathsOf(cards, ops);
  const signature = signatureOf(cards, ops);
  const split = (first: number, end: number, depth: number, key: string): Part[] => {
    const parts: Part[] = [];
    const seen = new Map<string, number>();
    for (let from = first; from < end; ) {
      const name = paths[from]?.[depth];
      let to = from + 1;
      while (name !== undefined && to < end && paths[to]?.[depth] === name) to++;
      if (to - from === 1 || name === undefined) {
        parts.push({ first: from, end: from + 1 });
        from++;
        continue;
      }
      const nth = seen.get(name) ?? 0;
      seen.set(name, nth + 1);
      const own = `${key}/${name}${nth === 0 ? '' : `~${nth}`}`;
      parts.push(scopePart(name, own, { first: from, end: to }, split(from, to, depth + 1, own)));
      from = to;
    }
    return chunked(repeated(parts, signature, key), key);
  };
  return numbered(cards, ops, split(0, ops.length, 0, ''));
}

/**
 * The groups that are open unless somebody says otherwise: all of them in a picture of at most so many cards; in a larger one
 * scopes from the top down as long as there is room. Blocks in a row say more as one.
 */
export function openByDefault(grouping: Grouping, most = 300): ReadonlySet<string> {
  const { cards, groups, top, parts, ops } = grouping;
  if (cards.cards.length <= most) return new Set(groups.map(({ key }) => key));
  const open = new Set<string>();
  let shown = parts;
  const waiting = [...top];
  for (let k = 0; k < waiting.length; k++) {
    const group = groups[waiting[k] ?? -1];
    if (group === undefined || group.kind !== 'scope' || shown - 1 + group.parts > most) continue;
    // The ops of a backward pass stand below those that they come from: where these are one card, so are they.
    const origin = group.parent !== undefined && originCard(cards, at(ops, group.end - 1));
    const behind = typeof origin === 'number' ? groupsAround(grouping, origin) : [];
    if (behind.some(({ key }) => !open.has(key))) continue;
    shown += group.parts - 1;
    open.add(group.key);
    waiting.push(...group.groups);
  }
  return open;
}

/** For each group the outermost closed one that it is in, or itself; undefined where all of them are open. */
export function closedAround(
  { groups }: Grouping,
  open: ReadonlySet<string>,
): readonly (number | undefined)[] {
  const around: (number | undefined)[] = [];
  for (const { id, parent, key } of groups) {
    const outer = parent === undefined ? undefined : around[parent];
    around.push(outer ?? (open.has(key) ? undefined : id));
  }
  return around;
}

/** The groups that a card is in, from the outermost in. */
export function groupsAround({ groups, homeOf }: Grouping, card: number): Group[] {
  const around: Group[] = [];
  let id: number | undefined = homeOf[card];
  for (let group = groups[id ?? -1]; group !== undefined; group = groups[id ?? -1]) {
    around.unshift(group);
    id = group.parent;
  }
  return around;
}

function opsOf({ model, cards }: Cards): Int32Array {
  const ops: number[] = [];
  cards.forEach(({ node }, card) => {
    if (model.nodes[node]?.kind === 'op') ops.push(card);
  });
  return Int32Array.from(ops);
}

/**
 * The scope of every op as a path; each different scope is taken apart once. In a gradient of a gradient it begins with the
 * lane, and for an op of a backward pass goes on with the scope of the forward op behind it.
 */
function pathsOf({ model, cards }: Cards, ops: Int32Array): (readonly string[])[] {
  const orders = isNested(model) ? ordersOf(model) : undefined;
  const known = new Map<string, readonly string[]>();
  return Array.from(ops, card => {
    const node = cards[card]?.node ?? -1;
    let from = node;
    for (let origin = model.nodes[from]?.origin; origin !== undefined; ) {
      from = origin;
      origin = model.nodes[from]?.origin;
    }
    const scope = scopeOf(model, from) ?? '';
    const lane = orders === undefined ? [] : [laneTitle(at(orders, node))];
    const key = [...lane, scope].join('\n');
    const path = known.get(key) ?? [
      ...lane,
      ...scope.split('/', DEEPEST).filter(part => part !== ''),
    ];
    known.set(key, path);
    return path;
  });
}

/** What the ops are called together that have so many backward passes behind them. */
function laneTitle(order: number): string {
  if (order === 0) return 'forward';
  return order < 4 ? '∇'.repeat(order) : `∇ ×${order}`;
}

/** A scope that has nothing but one other scope in it is one group with it. */
function scopePart(name: string, key: string, at: Part, parts: Part[]): Part {
  const [only] = parts;
  if (parts.length === 1 && only?.group?.kind === 'scope') {
    return { ...at, group: { ...only.group, title: `${name}/${only.group.title}` } };
  }
  return { ...at, group: { kind: 'scope', title: name, times: 1, key, parts } };
}

/**
 * What an interval of ops computes, as a text that is the same for blocks that are alike: the ops, what they fold, the shapes,
 * and which of them feeds which; what comes from outside is only said to.
 */
function signatureOf({ model, cards, cardOf }: Cards, ops: Int32Array) {
  const placeOf = new Int32Array(cards.length).fill(-1);
  ops.forEach((card, place) => {
    placeOf[card] = place;
  });
  const known = new Map<string, string>();
  return ({ first, end }: Part): string => {
    const text = known.get(`${first} ${end}`);
    if (text !== undefined) return text;
    const words: string[] = [];
    for (let place = first; place < end; place++) {
      for (const member of cards[at(ops, place)]?.members ?? []) {
        const node = model.nodes[member];
        const inputs = (node?.inputs ?? []).map(input => {
          const from = at(placeOf, at(cardOf, input));
          return from >= first && from < end ? place - from : 'x';
        });
        const shape = node?.shape?.join('.') ?? '';
        words.push(`${opOf(model, member)?.name ?? node?.kind} ${inputs.join(' ')} ${shape}`);
      }
      words.push('|');
    }
    known.set(`${first} ${end}`, words.join(';'));
    return words.join(';');
  };
}

/** Puts scopes that are called alike, are alike and follow one another into a group of their own. */
function repeated(parts: Part[], signature: (part: Part) => string, key: string): Part[] {
  const size = ({ first, end }: Part) => end - first;
  const alike = (a: Part | undefined, b: Part | undefined) =>
    a?.group !== undefined &&
    b?.group !== undefined &&
    stemOf(a.group.title) === stemOf(b.group.title) &&
    a.group.parts.length === b.group.parts.length &&
    size(a) === size(b) &&
    signature(a) === signature(b);
  const result: Part[] = [];
  for (let from = 0; from < parts.length; ) {
    const first = parts[from] as Part;
    let to = from + 1;
    while (alike(first, parts[to])) to++;
    const block = parts.slice(from, to);
    if (block.length === 1) result.push(first);
    else {
      result.push({
        first: first.first,
        end: block.at(-1)?.end ?? first.end,
        group: {
          kind: 'repeat',
          title: rowTitle(first.group?.title ?? '', block.at(-1)?.group?.title ?? ''),
          times: block.length,
          key: `${key}/×${first.group?.title}`,
          parts: block,
        },
      });
    }
    from = to;
  }
  return result;
}

/** A name without the number at its end: `layer` of layer1, layer.2, layer~3. */
function stemOf(title: string): string {
  return title.replace(/[\s\d._~\-#([/\])]+$/u, '');
}

/** What a row of blocks is called: by what their names have in common; of mere numbers the first and the last. */
function rowTitle(first: string, last: string): string {
  return stemOf(first) || `${first} … ${last}`;
}

/** Puts what is too much to look at side by side into chunks, and those into larger ones, until it is not. */
function chunked(parts: Part[], key: string): Part[] {
  let list = parts;
  for (let level = 0; list.length > MOST_PARTS; level++) {
    const next: Part[] = [];
    for (let k = 0; k < list.length; k += CHUNK) {
      const some = list.slice(k, k + CHUNK);
      const [first, end] = [some[0]?.first ?? 0, some.at(-1)?.end ?? 0];
      const title = `${formatCount(first + 1)}–${formatCount(end)}`;
      const own = `${key}/+${level}.${k / CHUNK}`;
      next.push({
        first,
        end,
        group: { kind: 'chunk', title, times: 1, key: own, parts: some },
      });
    }
    list = next;
  }
  return list;
}

/** Gives the groups their numbers, and every leaf and constant the innermost group that has all its consumers. */
function numbered(cards: Cards, ops: Int32Array, parts: Part[]): Grouping {
  interface Numbered extends Omit<Group, 'parts' | 'groups'> {
    parts: number;
    groups: number[];
  }
  const groups: Numbered[] = [];
  const top: number[] = [];
  /** For each place of an op the innermost group. */
  const around = new Int32Array(ops.length).fill(-1);
  const stack = parts.map(part => ({ part, parent: undefined as number | undefined })).reverse();
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { part, parent } = next;
    const { group, first, end } = part;
    if (group === undefined) {
      around[first] = parent ?? -1;
      continue;
    }
    const { kind, title, times, key } = group;
    const id = groups.length;
    const count = group.parts.length;
    groups.push({ id, parent, kind, title, times, key, first, end, groups: [], parts: count });
    (parent === undefined ? top : groups[parent]?.groups)?.push(id);
    for (let k = count - 1; k >= 0; k--) {
      stack.push({ part: group.parts[k] as Part, parent: id });
    }
  }
  const placeOf = new Int32Array(cards.cards.length).fill(-1);
  ops.forEach((card, place) => {
    placeOf[card] = place;
  });
  // What a weight is read for is the forward pass; a backward pass over it reads it again.
  const orders = isNested(cards.model) ? ordersOf(cards.model) : undefined;
  const orderOf = (card: number) =>
    orders === undefined ? 0 : at(orders, cards.cards[card]?.node ?? 0);
  let outside = parts.length;
  const homeOf = new Int32Array(cards.cards.length).fill(-1);
  cards.cards.forEach((card, index) => {
    const place = at(placeOf, index);
    if (place >= 0) {
      homeOf[index] = at(around, place);
      return;
    }
    let [first, last] = [Number.POSITIVE_INFINITY, -1];
    const readers = card.outputs.map(e => cards.edges[e]?.target ?? 0);
    const lane = readers.reduce((least, it) => Math.min(least, orderOf(it)), Infinity);
    for (const reader of readers) {
      if (orderOf(reader) !== lane) continue;
      const place = at(placeOf, reader);
      first = Math.min(first, place);
      last = Math.max(last, place);
    }
    let group = last < 0 ? undefined : groups[at(around, last)];
    while (group !== undefined && group.first > first) {
      group = group.parent === undefined ? undefined : groups[group.parent];
    }
    homeOf[index] = group?.id ?? -1;
    if (group === undefined) outside++;
    else group.parts++;
  });
  return { cards, groups, top, parts: outside, ops, homeOf };
}
