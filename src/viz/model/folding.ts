// Second stage: which nodes share a card. Unnamed steps of a formula fold into the named node that they lead to, so that
// a neuron is one card and not seven; what flows through a folded edge is worked out from the hidden ones, exactly.

import type { TracePass } from '../../autograd/trace.ts';
import { traceNumber } from '../../autograd/trace.ts';
import { at, type Model } from './model.ts';

/** What is drawn as one box: a node of the trace with the unnamed nodes folded into it. */
export interface Card {
  /** The node that the card stands for: its value and gradient are the card's. */
  readonly node: number;
  /** All nodes of the card by ascending id; the last is `node`, except in a group. */
  readonly members: readonly number[];
  /** The closed group that is drawn as this card; absent for a single op, leaf or formula. */
  readonly group?: CardGroup;
  /** Card edges that lead into and out of this card, by place in {@link Cards.edges}. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** What a card that stands for a whole group says of it. */
export interface CardGroup {
  readonly id: number;
  readonly title: string;
  /** How many blocks in a row it has, all alike; 1 where it is not such a row. */
  readonly times: number;
  /** How many of its nodes are ops, and how many leaves. */
  readonly ops: number;
  readonly leaves: number;
  /** The members that something outside reads, and the root; `node` is the last of them. */
  readonly ends: readonly number[];
}

/** A card before its edges are known. */
export type CardDraft = Pick<Card, 'node' | 'members' | 'group'>;

/** An edge between two cards; it stands for every trace edge that leaves the source for a member of the target. */
export interface CardEdge {
  readonly source: number;
  readonly target: number;
  readonly edges: readonly number[];
}

/** The cards of a graph, inputs before their consumers. */
export interface Cards {
  readonly model: Model;
  readonly cards: readonly Card[];
  readonly edges: readonly CardEdge[];
  /** The card that a node belongs to. */
  readonly cardOf: Int32Array;
  /** The card of the node that backward started from. */
  readonly root: number;
}

export interface FoldingOptions {
  /** False shows every op. */
  fold?: boolean;
  /** A formula of more nodes than this stays unfolded: it would be a black box and no longer a formula. */
  maxMembers?: number;
}

/** What flows through the card edges in one pass; null where nothing did. */
export interface Flows {
  /** ∂target/∂source: the sum over all hidden paths of the product of their local derivatives. */
  readonly locals: readonly (number | null)[];
  readonly contributions: readonly (number | null)[];
}

/** Groups the nodes of a graph into cards. */
export function foldCards(
  model: Model,
  { fold = true, maxMembers = 16 }: FoldingOptions = {},
): Cards {
  const owner = fold ? ownersOf(model, maxMembers) : identity(model.nodes.length);
  const place = new Int32Array(model.nodes.length);
  const members: number[][] = [];
  for (let i = 0; i < model.nodes.length; i++) {
    if (at(owner, i) !== i) continue;
    place[i] = members.length;
    members.push([]);
  }
  for (let i = 0; i < model.nodes.length; i++) members[at(place, at(owner, i))]?.push(i);
  return assembleCards(
    model,
    members.map(list => ({ node: list.at(-1) ?? 0, members: list })),
  );
}

/** Cards and the edges between them, given which nodes are on which card; cards that are read come first. */
export function assembleCards(model: Model, drafts: readonly CardDraft[]): Cards {
  const cardOf = new Int32Array(model.nodes.length);
  drafts.forEach(({ members }, card) => {
    for (const member of members) cardOf[member] = card;
  });
  const edges = cardEdges(model, cardOf, drafts);
  const inputs: number[][] = drafts.map(() => []);
  const outputs: number[][] = drafts.map(() => []);
  edges.forEach((edge, index) => {
    inputs[edge.target]?.push(index);
    outputs[edge.source]?.push(index);
  });
  const cards = drafts.map((draft, card) => ({
    ...draft,
    inputs: inputs[card] ?? [],
    outputs: outputs[card] ?? [],
  }));
  return { model, cards, edges, cardOf, root: at(cardOf, model.root) };
}

/** The local derivatives and contributions of all card edges in one pass. */
export function cardFlows({ model, cards, edges, cardOf }: Cards, pass: TracePass): Flows {
  const locals: (number | null)[] = new Array(edges.length).fill(null);
  const contributions: (number | null)[] = new Array(edges.length).fill(null);
  const number = (list: TracePass['locals'], edge: number): number | null => {
    const value = list[edge];
    return value === undefined || value === null ? null : traceNumber(value);
  };
  // ∂card/∂member, worked out backwards through the hidden nodes of each card. Nodes of other cards keep 0.
  const within = new Float64Array(model.nodes.length);
  for (const card of cards) within[card.node] = 1;
  for (const card of cards) {
    if (hasManyEnds(card)) continue;
    for (let m = card.members.length - 1; m >= 0; m--) {
      const member = card.members[m] as number;
      // A part of a group that leads nowhere.
      if (member > card.node) continue;
      for (let e = at(model.offsets, member); e < at(model.offsets, member + 1); e++) {
        const input = at(model.inputOf, e);
        const local = number(pass.locals, e);
        if (local === null || at(cardOf, input) !== at(cardOf, member)) continue;
        within[input] = at(within, input) + at(within, member) * local;
      }
    }
  }
  edges.forEach((edge, index) => {
    const intoMany = hasManyEnds(cards[edge.target]);
    const parts = new Map<number, number>();
    for (const e of edge.edges) {
      const local = intoMany ? null : number(pass.locals, e);
      if (local !== null) {
        locals[index] = (locals[index] ?? 0) + at(within, at(model.consumerOf, e)) * local;
      }
      const contribution = number(pass.contributions, e);
      if (contribution === null) continue;
      const input = at(model.inputOf, e);
      parts.set(input, (parts.get(input) ?? 0) + contribution);
    }
    // What several nodes of a group get has a size but no sum.
    if (parts.size > 0) contributions[index] = sizeOf([...parts.values()]);
    if (parts.size > 1) locals[index] = null;
  });
  return { locals, contributions };
}

/** Whether a card is a group that several nodes are read from: it has several values and gradients, not one. */
export function hasManyEnds(card: Card | undefined): boolean {
  return (card?.group?.ends.length ?? 1) > 1;
}

/** A single number as it is; of several the norm. */
export function sizeOf(numbers: readonly number[]): number {
  const [first = 0] = numbers;
  return numbers.length < 2 ? first : numbers.reduce((size, x) => Math.hypot(size, x), 0);
}

/** For each node the node whose card it joins: itself, or the one named op that all its consumers lead to. */
function ownersOf(model: Model, maxMembers: number): Int32Array {
  const owner = identity(model.nodes.length);
  const size = new Int32Array(model.nodes.length);
  for (let i = model.nodes.length - 1; i >= 0; i--) {
    const node = model.nodes[i];
    if (node === undefined || node.kind === 'leaf' || node.name !== undefined || i === model.root) {
      continue;
    }
    // What an op of a backward pass comes from can be told only where it has a card of its own.
    if (node.origin !== undefined) continue;
    const common = commonOwner(model, owner, i);
    if (common === undefined) continue;
    owner[i] = common;
    size[common] = at(size, common) + 1;
  }
  for (let i = 0; i < owner.length; i++) {
    if (at(size, at(owner, i)) >= maxMembers) owner[i] = i;
  }
  return owner;
}

function commonOwner(model: Model, owner: Int32Array, node: number): number | undefined {
  let common: number | undefined;
  for (let k = at(model.outOffsets, node); k < at(model.outOffsets, node + 1); k++) {
    const reached = at(owner, at(model.consumerOf, at(model.outEdges, k)));
    if (common !== undefined && common !== reached) return undefined;
    common = reached;
  }
  const { name, origin } = model.nodes[common ?? -1] ?? {};
  // A constant belongs to the op that takes it, wherever that has a card of its own.
  const owned = origin !== undefined && model.nodes[node]?.kind === 'constant';
  return name === undefined && !owned ? undefined : common;
}

/** One edge per source where the target has folded nodes; one per input slot where it has not, so x·x keeps both. */
function cardEdges(model: Model, cardOf: Int32Array, drafts: readonly CardDraft[]): CardEdge[] {
  const edges: { source: number; target: number; edges: number[] }[] = [];
  const known = new Map<number, { edges: number[] }>();
  drafts.forEach(({ members, group }, target) => {
    known.clear();
    const folded = members.length > 1 || group !== undefined;
    for (const member of members) {
      for (let e = at(model.offsets, member); e < at(model.offsets, member + 1); e++) {
        const source = at(cardOf, at(model.inputOf, e));
        if (source === target) continue;
        const merged = folded ? known.get(source) : undefined;
        if (merged !== undefined) {
          merged.edges.push(e);
          continue;
        }
        const edge = { source, target, edges: [e] };
        known.set(source, edge);
        edges.push(edge);
      }
    }
  });
  return edges;
}

function identity(length: number): Int32Array {
  return Int32Array.from({ length }, (_, i) => i);
}
