// Second stage: which nodes share a card. Unnamed steps of a formula fold into the named node that they lead to, so that
// a neuron is one card and not seven; what flows through a folded edge is worked out from the hidden ones, exactly.

import type { TracePass } from '../../autograd/trace.ts';
import { traceNumber } from '../../autograd/trace.ts';
import { at, type Model } from './model.ts';

/** What is drawn as one box: a node of the trace with the unnamed nodes folded into it. */
export interface Card {
  /** The node that the card stands for: its value and gradient are the card's. */
  readonly node: number;
  /** All nodes of the card by ascending id; the last is `node`. */
  readonly members: readonly number[];
  /** Card edges that lead into and out of this card, by place in {@link Cards.edges}. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

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
  const cardOf = new Int32Array(model.nodes.length);
  const members: number[][] = [];
  for (let i = 0; i < model.nodes.length; i++) {
    if (at(owner, i) !== i) continue;
    cardOf[i] = members.length;
    members.push([]);
  }
  for (let i = 0; i < model.nodes.length; i++) {
    const card = at(cardOf, at(owner, i));
    cardOf[i] = card;
    members[card]?.push(i);
  }
  const edges = cardEdges(model, cardOf, members);
  const inputs: number[][] = members.map(() => []);
  const outputs: number[][] = members.map(() => []);
  edges.forEach((edge, index) => {
    inputs[edge.target]?.push(index);
    outputs[edge.source]?.push(index);
  });
  const cards = members.map((list, card) => ({
    node: list.at(-1) ?? 0,
    members: list,
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
    for (let m = card.members.length - 1; m >= 0; m--) {
      const member = card.members[m] as number;
      for (let e = at(model.offsets, member); e < at(model.offsets, member + 1); e++) {
        const input = at(model.inputOf, e);
        const local = number(pass.locals, e);
        if (local === null || at(cardOf, input) !== at(cardOf, member)) continue;
        within[input] = at(within, input) + at(within, member) * local;
      }
    }
  }
  edges.forEach((edge, index) => {
    for (const e of edge.edges) {
      const local = number(pass.locals, e);
      if (local !== null) {
        locals[index] = (locals[index] ?? 0) + at(within, at(model.consumerOf, e)) * local;
      }
      const contribution = number(pass.contributions, e);
      if (contribution !== null) contributions[index] = (contributions[index] ?? 0) + contribution;
    }
  });
  return { locals, contributions };
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
function cardEdges(model: Model, cardOf: Int32Array, members: readonly number[][]): CardEdge[] {
  const edges: { source: number; target: number; edges: number[] }[] = [];
  const known = new Map<number, { edges: number[] }>();
  members.forEach((list, target) => {
    known.clear();
    for (const member of list) {
      for (let e = at(model.offsets, member); e < at(model.offsets, member + 1); e++) {
        const source = at(cardOf, at(model.inputOf, e));
        if (source === target) continue;
        const merged = list.length > 1 ? known.get(source) : undefined;
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
