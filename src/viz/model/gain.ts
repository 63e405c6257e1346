// The gain of an edge: how much longer or shorter the gradient gets on its way along it, ‖g_in‖ / ‖g_out‖. A gain of 1
// passes the signal on as it is; many small ones in a row make it vanish, many large ones make it explode.

import { traceNumber } from '../../autograd/trace.ts';
import { formatNumber } from './format.ts';
import { at } from './model.ts';
import { cardGradient, nodeGradient, type Playback } from './playback.ts';
import { partNorm } from './tensors.ts';
import { NO_TONE, type Tone } from './tone.ts';

const known = new WeakMap<Playback, readonly (number | null)[]>();

/**
 * The gain of a card edge: between numbers |local derivative|, else the norm of the contribution over the norm of the
 * gradient that the consumer hands on. Null where nothing flowed, and where there was nothing to compare with.
 */
export function edgeGain(playback: Playback, edge: number): number | null {
  // Colours, labels and lists all ask, at every step.
  const gains = known.get(playback) ?? playback.cards.edges.map((_, e) => measured(playback, e));
  known.set(playback, gains);
  return gains[edge] ?? null;
}

function measured({ cards, pass, flows }: Playback, edge: number): number | null {
  const contribution = flows.contributions[edge] ?? null;
  const it = cards.edges[edge];
  if (contribution === null || it === undefined) return null;
  const local = flows.locals[edge] ?? null;
  if (local !== null) return Math.abs(local);
  const upstream = cardGradient(cards, pass, it.target);
  if (upstream === null || upstream === 0) return null;
  return Math.abs((partNorm(cards, pass, edge) ?? contribution) / upstream);
}

/**
 * Of the edges along which a card hands its gradient on, the gain that is farthest from 1; see {@link badness}. A closed group
 * hands it on inside as well.
 */
export function worstGain(playback: Playback, card: number): number | null {
  const it = playback.cards.cards[card];
  const outside = worstOf((it?.inputs ?? []).map(edge => edgeGain(playback, edge)));
  if (it?.group === undefined) return outside;
  const inside = insideGains.get(playback) ?? new Map<number, number | null>();
  insideGains.set(playback, inside);
  const found = inside.get(card) ?? worstInside(playback, card, it.members);
  inside.set(card, found);
  return worstOf([outside, found]);
}

const insideGains = new WeakMap<Playback, Map<number, number | null>>();

/** The same along the single edges between the members of a group. */
function worstInside(
  { cards: { model, cardOf }, pass }: Playback,
  card: number,
  members: readonly number[],
): number | null {
  const gains: (number | null)[] = [];
  for (const member of members) {
    for (let e = at(model.offsets, member); e < at(model.offsets, member + 1); e++) {
      if (at(cardOf, at(model.inputOf, e)) !== card) continue;
      const local = pass.locals[e] ?? null;
      if (local !== null) {
        gains.push(Math.abs(traceNumber(local)));
        continue;
      }
      const part = pass.tensors?.contributions[e]?.norm ?? pass.contributions[e] ?? null;
      const upstream = nodeGradient(pass, member);
      if (part === null || upstream === null || upstream === 0) continue;
      gains.push(Math.abs(traceNumber(part) / upstream));
    }
  }
  return worstOf(gains);
}

function worstOf(gains: readonly (number | null)[]): number | null {
  return gains.reduce<number | null>(
    (worst, gain) =>
      gain !== null && (worst === null || badness(gain) > badness(worst)) ? gain : worst,
    null,
  );
}

/** How far a gain is from 1, in decades; one of 0 is worse than any, and one that is not finite the worst of all. */
export function badness(gain: number): number {
  if (!Number.isFinite(gain)) return Number.POSITIVE_INFINITY;
  return gain === 0 ? Number.MAX_VALUE : Math.abs(Math.log10(gain));
}

/** Gains this close to 1, in decades, are no news. */
const NEUTRAL = 0.02;

/**
 * The tone of a gain. The hues are those of the signs: the cool one where the signal gets smaller, the warm one where it
 * grows, the deeper the more decades.
 */
export function gainTone(gain: number | null, decades: number): Tone {
  if (gain === null) return NO_TONE;
  if (!Number.isFinite(gain)) return { sign: 'nonfinite', depth: 1 };
  if (gain === 0) return { sign: 'zero', depth: 1 };
  const size = Math.log10(gain);
  if (Math.abs(size) < NEUTRAL) return NO_TONE;
  return { sign: size < 0 ? 'positive' : 'negative', depth: Math.min(1, Math.abs(size) / decades) };
}

/** A gain as the label of an edge, with an arrow that says what the colour says. */
export function formatGain(gain: number | null): string | undefined {
  if (gain === null) return undefined;
  if (!Number.isFinite(gain)) return `⚠ × ${formatNumber(gain)}`;
  if (gain === 0) return '✕ dead';
  const arrow = Math.abs(Math.log10(gain)) < NEUTRAL ? '' : gain < 1 ? '↓' : '↑';
  return `× ${formatNumber(gain, 3)} ${arrow}`.trimEnd();
}

/** An edge and its gain. */
export interface RankedGain {
  readonly edge: number;
  readonly gain: number;
}

/**
 * The edges with the smallest gains, beginning with the dead ones, and those with the largest, beginning with what is not
 * finite. Only gains below 1 count as small, and only such above 1 as large.
 */
export function rankGains(
  playback: Playback,
  most = 5,
): { smallest: readonly RankedGain[]; largest: readonly RankedGain[] } {
  const all: RankedGain[] = playback.cards.edges.flatMap((_, edge) => {
    const gain = edgeGain(playback, edge);
    return gain === null || (Number.isFinite(gain) && badness(gain) < NEUTRAL)
      ? []
      : [{ edge, gain }];
  });
  const worst = (some: RankedGain[]) =>
    some
      .sort((a, b) => compare(badness(b.gain), badness(a.gain)) || a.edge - b.edge)
      .slice(0, most);
  return {
    smallest: worst(all.filter(({ gain }) => gain < 1)),
    largest: worst(all.filter(({ gain }) => !(gain < 1))),
  };
}

/** ∞ − ∞ would be NaN, which no order may depend on. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
