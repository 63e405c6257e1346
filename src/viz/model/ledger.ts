// Where the gradient of a card comes from: one row for every consumer, and the check that the rows add up.

import { type TraceTensor, traceNumber } from '../../autograd/trace.ts';
import { at } from './model.ts';
import { cardGradient, type Playback, sumOfContributions } from './playback.ts';
import { isNorm, partNorm, sumOf } from './tensors.ts';

/** One consumer's share: upstream × local = contribution. */
export interface LedgerRow {
  /** The card edge and the card that consumes. */
  readonly edge: number;
  readonly consumer: number;
  /** The step at which the contribution arrives. */
  readonly step: number;
  readonly upstream: number | null;
  readonly local: number | null;
  readonly contribution: number;
  /** Of a tensor the norm of what this consumer contributed, of which `contribution` is the share; else null. */
  readonly norm: number | null;
}

export interface Ledger {
  /** The rows in the order in which they arrive. */
  readonly rows: readonly LedgerRow[];
  /** The sum of all contributions, added in that order; null where nothing arrived. */
  readonly sum: number | null;
  readonly gradient: number | null;
  /** The gradient that backward started from, where this card is the root and so has it from nobody. */
  readonly seed: number | null;
  /** Whether the rows add up to the gradient, up to rounding. */
  readonly balanced: boolean;
  /** Whether the numbers are norms of tensors and shares in them. */
  readonly tensor: boolean;
}

/** Folding changes the order of a few additions, never more than this share of the sum of their sizes. */
const ROUNDING = 1e-12;

/** The same for tensors of single precision, whose elements are rounded wherever they are added. */
const SINGLE_ROUNDING = 1e-6;

/** The ledger of a card. */
export function ledgerOf(playback: Playback, card: number): Ledger {
  const { cards, pass, flows } = playback;
  const node = cards.cards[card]?.node ?? 0;
  const rows: LedgerRow[] = [];
  for (const index of cards.cards[card]?.outputs ?? []) {
    const edge = cards.edges[index];
    const contribution = flows.contributions[index];
    if (edge === undefined || contribution === null || contribution === undefined) continue;
    rows.push({
      edge: index,
      consumer: edge.target,
      step: at(playback.firesAt, edge.target),
      upstream: cardGradient(cards, pass, edge.target),
      local: flows.locals[index] ?? null,
      contribution,
      norm: partNorm(cards, pass, index),
    });
  }
  rows.sort((a, b) => a.step - b.step);
  const added = sumOfContributions(playback, card, playback.steps.length);
  const gradient = cardGradient(cards, pass, card);
  const seed = card === cards.root && rows.length === 0 ? gradient : null;
  // The ends of a group are compared by their sizes; element by element each on a card of its own.
  const parts = cards.cards[card]?.group === undefined ? tensorParts(playback, node) : [];
  // Parts of a tensor that nearly cancel out are large beside their shares.
  const size =
    rows.reduce((total, row) => total + Math.abs(row.contribution), 0) +
    parts.reduce((total, { norm }) => total + Math.abs(traceNumber(norm)), 0);
  const tensor = isNorm(cards.model, node);
  const rounding = cards.model.nodes[node]?.dtype === 'float32' ? SINGLE_ROUNDING : ROUNDING;
  // In a norm of 0 nothing has a share: contributions that cancel out are compared element by element below.
  const sum = tensor && gradient === 0 ? 0 : added;
  // In a norm that is not finite nothing has a share either.
  const shareless = tensor && gradient !== null && !Number.isFinite(gradient);
  const balanced =
    seed !== null ||
    ((shareless || agree(sum, gradient, rounding * size)) &&
      elementsAgree(parts, pass.tensors?.gradients[node], rounding));
  return { rows, sum, gradient, seed, balanced, tensor };
}

/** What was contributed to a node, where these are tensors. */
function tensorParts(
  { cards: { model }, pass: { tensors } }: Playback,
  node: number,
): TraceTensor[] {
  if (tensors === undefined) return [];
  const { outOffsets, outEdges } = model;
  const edges = outEdges.subarray(at(outOffsets, node), at(outOffsets, node + 1));
  return Array.from(edges).flatMap(e => tensors.contributions[e] ?? []);
}

/** Whether tensors add up to another in every element, up to rounding; true where the trace has not all of them. */
function elementsAgree(
  parts: readonly TraceTensor[],
  whole: TraceTensor | null | undefined,
  rounding: number,
): boolean {
  const sum = sumOf(parts);
  if (whole?.data === undefined || sum === undefined) return true;
  return whole.data.every((x, i) => {
    const size = parts.reduce(
      (total, { data }) => total + Math.abs(traceNumber(data?.[i] ?? 0)),
      0,
    );
    return agree(at(sum, i), traceNumber(x), rounding * size);
  });
}

function agree(sum: number | null, gradient: number | null, slack: number): boolean {
  if (sum === null || gradient === null) return sum === gradient;
  return Object.is(sum, gradient) || Math.abs(sum - gradient) <= slack;
}
