// Where the gradient of a card comes from: one row for every consumer, and the check that the rows add up.

import { at } from './model.ts';
import { nodeGradient, type Playback, sumOfContributions } from './playback.ts';

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
}

/** Folding changes the order of a few additions, never more than this share of the sum of their sizes. */
const ROUNDING = 1e-12;

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
      upstream: nodeGradient(pass, cards.cards[edge.target]?.node ?? 0),
      local: flows.locals[index] ?? null,
      contribution,
    });
  }
  rows.sort((a, b) => a.step - b.step);
  const sum = sumOfContributions(playback, card, playback.steps.length);
  const gradient = nodeGradient(pass, node);
  const seed = card === cards.root && rows.length === 0 ? gradient : null;
  const size = rows.reduce((total, row) => total + Math.abs(row.contribution), 0);
  return { rows, sum, gradient, seed, balanced: seed !== null || agree(sum, gradient, size) };
}

function agree(sum: number | null, gradient: number | null, size: number): boolean {
  if (sum === null || gradient === null) return sum === gradient;
  return Object.is(sum, gradient) || Math.abs(sum - gradient) <= ROUNDING * size;
}
