// The key to the colours: what they stand for just now, and what the strip shows where that is something else.

import { type Legend, signLegend } from '../../model/colouring.ts';
import { stripScale } from '../../model/strip.ts';
import { compared } from '../features/compare/pinned.ts';
import { colouring, playback, stepCount } from '../store.ts';

/** The key beside the transport. */
export function Legends() {
  const current = playback.value;
  if (current === undefined || stepCount.value === 0) return null;
  const strip = signLegend('|g|', stripScale(current, compared.value));
  const graph = colouring.value?.legend;
  return (
    <div class="legends">
      {graph !== undefined && <LegendKey legend={graph} testid="legend" />}
      {graph?.what !== strip.what && (
        <LegendKey
          legend={strip}
          where={compared.value ? 'strip, A over B' : 'strip'}
          testid="legend-strip"
        />
      )}
    </div>
  );
}

/** One key; `where` says what it is for, if not for the graph. */
export function LegendKey(props: { legend: Legend; where?: string; testid?: string }) {
  const { legend, where, testid } = props;
  const { low, high } = legend.scale;
  const sign = legend.symmetric === true ? '±' : '';
  return (
    <div class="legend" data-testid={testid}>
      <span>
        {where !== undefined && `${where} `}
        {legend.what}
      </span>
      {legend.sides.map(({ sign, word }) => (
        <span key={sign} class="legend-side">
          <span class="legend-sign">{word}</span>
          {[0, 0.5, 1].map(depth => (
            <span key={depth} class={`swatch ${sign}`} style={{ '--depth': depth }} />
          ))}
        </span>
      ))}
      <span>
        10<sup>{exponent(low)}</sup> – 10
        <sup>
          {sign}
          {exponent(high)}
        </sup>
      </span>
    </div>
  );
}

function exponent(power: number): string {
  return String(Math.round(power)).replace('-', '−');
}
