// The edges that shrink the gradient most, and those that blow it up most.

import { useMemo } from 'preact/hooks';
import { formatGain, type RankedGain, rankGains } from '../../../model/gain.ts';
import { LegendKey } from '../../panels/legend.tsx';
import { cardName, colouring, playback, selectCard } from '../../store.ts';

/** The key to the colours of gains, and the edges that shrink the gradient most and blow it up most. */
export function Gains() {
  const current = playback.value;
  const ranked = useMemo(() => current && rankGains(current), [current]);
  if (ranked === undefined) return null;
  const { smallest, largest } = ranked;
  const legend = colouring.value?.legend;
  return (
    <div class="gains">
      {legend !== undefined && <LegendKey legend={legend} />}
      <GainList title="Smallest gains" gains={smallest} testid="smallest-gains" />
      <GainList title="Largest gains" gains={largest} testid="largest-gains" />
    </div>
  );
}

function GainList(props: { title: string; gains: readonly RankedGain[]; testid: string }) {
  const { title, gains, testid } = props;
  return (
    <>
      <h3 class="gains-title">{title}</h3>
      {gains.length === 0 && <p class="hint">none</p>}
      <ol class="leaves" data-testid={testid}>
        {gains.map(({ edge, gain }) => {
          const { source, target } = playback.value?.cards.edges[edge] ?? {
            source: -1,
            target: -1,
          };
          return (
            <li key={edge}>
              <button type="button" class="leaf" onClick={() => selectCard(target)}>
                <span class="leaf-name">
                  {cardName(target)} → {cardName(source)}
                </span>
                <span class="number gain">{formatGain(gain)}</span>
              </button>
            </li>
          );
        })}
      </ol>
    </>
  );
}
