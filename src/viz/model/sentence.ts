// What happens at a step, in a plain sentence: for the line above the strip, for screen readers, for the list of steps.

import { hasManyEnds } from './folding.ts';
import { formatNumber } from './format.ts';
import { cardAt, firstStep } from './forward.ts';
import { ledgerOf } from './ledger.ts';
import { saidName } from './names.ts';
import { activeEdges, cardValue, gradientAt, type Playback } from './playback.ts';
import { ruleOf } from './rule.ts';
import { isNorm, shapeOf } from './tensors.ts';

/** More receivers than this are counted and not named. */
const MOST_NAMES = 5;

/** A formula of more characters than this is no help in a sentence. */
const LONGEST_FORMULA = 120;

/** Describes step t of a pass; step 0 lies between the forward and the backward pass. */
export function sentenceOf(playback: Playback, t: number): string {
  if (t < 0) return forwardSentence(playback, t);
  const { cards, steps } = playback;
  const name = (card: number) => saidName(cards, card);
  const first = gradientAt(playback, cards.root, 0);
  const { inputs } = cards.model.nodes[cards.cards[cards.root]?.node ?? -1] ?? {};
  if (steps.length === 0 && first !== null && inputs?.length === 0) {
    return `${name(cards.root)} has the gradient ${number(first)}, and there is nothing to hand it to.`;
  }
  if (steps.length === 0)
    return 'Only the forward pass was recorded: there are no gradients to follow.';
  if (t === 0) {
    const seed = number(first);
    return `Before the backward pass: only ${name(cards.root)} has a gradient, ${seed}, to start from.`;
  }
  const card = steps[t - 1];
  if (card === undefined) return '';
  const gradient = number(gradientAt(playback, card, t));
  const ledger = ledgerOf(playback, card);
  const shape = elementsText(shapeOf(cards.model, cards.cards[card]?.node ?? -1));
  const [sums, is] = ledger.tensor
    ? [`sum to a gradient (${shape}) of norm`, `its gradient (${shape}) has norm`]
    : ['sum to', 'its gradient is'];
  const origin =
    ledger.rows.length > 1
      ? `its ${ledger.rows.length} contributions ${sums} ${gradient}`
      : `${is} ${gradient}`;
  return `${name(card)} fires: ${origin}; ${handsOn(playback, t, name)}.`;
}

function forwardSentence(playback: Playback, t: number): string {
  const { cards, pass, flows } = playback;
  const card = cardAt(playback, t);
  if (card === undefined)
    return t === firstStep(playback) ? 'Before the forward pass: only the leaves have values.' : '';
  const node = cards.cards[card]?.node ?? 0;
  const symbols = ruleOf(cards, card, pass, flows.locals, 'text')?.value.symbols ?? '';
  const formula = symbols.length > LONGEST_FORMULA ? '' : symbols;
  const value = number(cardValue(cards, pass, card));
  const shape = elementsText(shapeOf(cards.model, node));
  const name = saidName(cards, card);
  const { group } = cards.cards[card] ?? {};
  if (group !== undefined) {
    return `${name} is computed, ${group.ops} ops${hasManyEnds(cards.cards[card]) ? ' with several results, of norm' : ':'} ${value}.`;
  }
  if (isNorm(cards.model, node)) {
    return `${name} is computed${formula && `: ${formula}`} (${shape}), of norm ${value}.`;
  }
  return `${name} is computed: ${formula && `${formula} = `}${value}.`;
}

function handsOn(playback: Playback, t: number, name: (card: number) => string): string {
  const { cards } = playback;
  const edges = activeEdges(playback, t);
  const receivers = edges.map(edge => name(cards.edges[edge]?.source ?? 0));
  if (edges.length === 0) return 'it hands nothing on';
  if (edges.length <= 2) {
    return `it hands ${edges.map(edge => handedAlong(playback, edge)).join(' and ')}`;
  }
  if (edges.length > MOST_NAMES) return `it contributes to ${edges.length} inputs`;
  return `it contributes to ${receivers.slice(0, -1).join(', ')} and ${receivers.at(-1) ?? ''}`;
}

/** What goes along an edge, and to whom: `0.5 to w1`. */
export function handedAlong({ cards, flows }: Playback, edge: number): string {
  const source = cards.edges[edge]?.source ?? -1;
  const share = isNorm(cards.model, cards.cards[source]?.node ?? -1) ? 'a share of ' : '';
  return `${share}${number(flows.contributions[edge] ?? null)} to ${saidName(cards, source)}`;
}

function number(x: number | null): string {
  return x === null ? 'none' : formatNumber(x);
}

/** A shape in words where it is a plain list: `[3]` is 3 elements. */
function elementsText(shape: string): string {
  return shape.replace(/^\[(\d+)\]$/, '$1 elements');
}
