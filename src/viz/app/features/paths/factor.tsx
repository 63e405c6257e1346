// A factor of a derivation: a local derivative, symbol over number. Its edge flashes; a click goes to the card that it is a
// derivative of.

import { formatNumber } from '../../../model/format.ts';
import { parenthesised, Rank } from '../../../model/formula.ts';
import { at } from '../../../model/model.ts';
import { writeName } from '../../../model/rule.ts';
import { flashes } from '../../flash.ts';
import { Formula } from '../../panels/math.tsx';
import { playback, singlePlayback, step } from '../../store.ts';
import { isSecretFactor, lookAt, pathCardName, paths, terms, visibleEdge } from './chosen.ts';

/** A longer symbol is written ∂y/∂x. */
const LONGEST = 140;

interface FactorProps {
  edge: number;
  /** Whether other factors stand beside it, and whether one stands before it. */
  beside: boolean;
  follows: boolean;
}

export function Factor({ edge, beside, follows }: FactorProps) {
  const number = paths.value?.factors.get(edge) ?? Number.NaN;
  const hidden = isSecretFactor(edge);
  const symbol = (notation: 'latex' | 'text') =>
    hidden ? '?' : symbolOf(edge, notation, { beside, follows });
  const text = symbol('text');
  const written = hidden ? '?' : formatNumber(number);
  return (
    <button
      type="button"
      class={`factor ${timeOf(edge)}`}
      data-testid="factor"
      data-edge={edge}
      onClick={() => lookAt(edge)}
      {...flashes(visibleEdge(edge))}
    >
      <span class="unseen">
        {partialName(edge)} = {text === written ? '' : `${text} = `}
      </span>
      <span class="factor-symbol" aria-hidden="true">
        <Formula latex={symbol('latex')} text={text} bare />
      </span>
      <span class="factor-number">{hidden ? '\u00a0' : written}</span>
    </button>
  );
}

/** ∂outy1/∂nety1, in plain text. */
export function partialName(edge: number): string {
  const { source = -1, target = -1 } = singlePlayback.value?.cards.edges[edge] ?? {};
  return `∂${pathCardName(target)}/∂${pathCardName(source)}`;
}

/** Whether the card that a factor belongs to fires now, or is still to fire. */
export function timeOf(edge: number): 'now' | 'later' | '' {
  const [single, shown] = [singlePlayback.value?.cards, playback.value];
  if (single === undefined || shown === undefined) return '';
  const node = single.cards[single.edges[edge]?.target ?? -1]?.node ?? 0;
  const fires = at(shown.firesAt, at(shown.cards.cardOf, node));
  if (fires > step.value) return 'later';
  return fires === step.value && fires > 0 ? 'now' : '';
}

function symbolOf(
  edge: number,
  notation: 'latex' | 'text',
  { beside, follows }: { beside: boolean; follows: boolean },
): string {
  const term = terms.value[notation].get(edge);
  if (term === undefined || term.string.length > LONGEST) return fraction(edge, notation);
  const minus = /^[-−]/.test(term.string);
  if (!beside || (minus && !follows)) return term.string;
  return parenthesised(term, minus ? Rank.atom : Rank.product, notation);
}

function fraction(edge: number, notation: 'latex' | 'text'): string {
  const { cards } = singlePlayback.value ?? {};
  const it = cards?.edges[edge];
  if (notation === 'text' || cards === undefined || it === undefined) return partialName(edge);
  const name = (card: number) => writeName(cards.model, cards.cards[card]?.node ?? -1, 'latex');
  return `\\frac{\\partial ${name(it.target)}}{\\partial ${name(it.source)}}`;
}
