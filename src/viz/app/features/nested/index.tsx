// A gradient of a gradient: every op of the backward pass that was recorded points to the forward op that it differentiates,
// and that one to what came of it.

import { originCard } from '../../../model/mirror.ts';
import type { Feature } from '../../feature.ts';
import { cardName, cards, hoveredCard, selectCard } from '../../store.ts';

/** More than this would push everything else off the panel. */
const MOST_LISTED = 12;

export const nestedFeature: Feature = { inspector: Origins };

function Origins({ card }: { card: number }) {
  const all = cards.value;
  if (all === undefined) return null;
  const origin = originCard(all, card);
  const made = [...all.cards.keys()].filter(other => originCard(all, other) === card);
  if (origin === undefined && made.length === 0) return null;
  return (
    <section class="origins" data-testid="origins">
      <h3>Gradient of a gradient</h3>
      {origin !== undefined && (
        <p>
          {all.cards[card]?.group === undefined
            ? 'An op of the backward pass: it differentiates '
            : 'Ops of the backward pass: they come from '}
          <CardLink card={origin} />.
        </p>
      )}
      {made.length > 0 && (
        <p>
          The backward pass through it made{' '}
          {made.slice(0, MOST_LISTED).map((other, k) => (
            <span key={other}>
              {k > 0 && ', '}
              <CardLink card={other} />
            </span>
          ))}
          {made.length > MOST_LISTED && ` and ${made.length - MOST_LISTED} more`}.
        </p>
      )}
    </section>
  );
}

/** Points the card out while it is under the pointer or has the focus, and selects it when pressed. */
function CardLink({ card }: { card: number }) {
  const point = (to: number | undefined) => () => {
    hoveredCard.value = to;
  };
  return (
    <button
      type="button"
      class="card-link"
      data-testid="origin-link"
      onPointerEnter={point(card)}
      onPointerLeave={point(undefined)}
      onFocus={point(card)}
      onBlur={point(undefined)}
      onClick={() => {
        hoveredCard.value = undefined;
        selectCard(card);
      }}
    >
      {cardName(card)}
    </button>
  );
}
