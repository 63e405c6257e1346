// Over which axes the gradient of a tensor was summed on its way back from consumers that had stretched it.

import { labelOf } from '../../../model/model.ts';
import { axesText, type Unbroadcast, unbroadcastsOf } from '../../../model/unbroadcast.ts';
import { cardName, playback, selectCard } from '../../store.ts';

const MOST = 12;

export function UnbroadcastSection({ node }: { node: number }) {
  const cards = playback.value?.cards;
  if (cards === undefined) return null;
  const found = unbroadcastsOf(cards.model, node);
  if (found.length === 0) return null;
  return (
    <section data-testid="unbroadcast">
      <h3>Summed where it was stretched</h3>
      {found.slice(0, MOST).map(it => {
        const card = cards.cardOf[it.consumer] ?? -1;
        const own = cards.cards[card]?.node === it.consumer;
        return (
          <div key={it.edge} class="unbroadcast">
            <p>
              from{' '}
              <button type="button" class="link" onClick={() => selectCard(card)}>
                {own ? cardName(card) : `${labelOf(cards.model, it.consumer)} in ${cardName(card)}`}
              </button>
              : summed over {axesText(it.axes)}
            </p>
            <Shapes {...it} />
          </div>
        );
      })}
      {found.length > MOST && <p class="more">and {found.length - MOST} more</p>}
    </section>
  );
}

/** The two shapes below each other, aligned at their last axes; what was summed is crossed out. */
function Shapes({ from, to, axes }: Unbroadcast) {
  const missing = from.length - to.length;
  const summed = new Set(axes.map(({ axis }) => axis));
  return (
    <table class="shapes" aria-label="shapes, aligned at the last axis">
      <tbody>
        <tr>
          <th scope="row">gradient there</th>
          {from.map((size, axis) => (
            <td key={axis} class={summed.has(axis) ? 'summed' : ''}>
              {summed.has(axis) ? `Σ ${size}` : size}
            </td>
          ))}
        </tr>
        <tr>
          <th scope="row">part here</th>
          {from.map((_, axis) => (
            <td key={axis} class={axis < missing ? 'absent' : ''}>
              {axis < missing ? '–' : to[axis - missing]}
            </td>
          ))}
        </tr>
      </tbody>
    </table>
  );
}
