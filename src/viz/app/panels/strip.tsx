// One cell for every step, coloured by the gradient of the card that fires: the map of the backward pass and its scrub
// bar. Where there are more steps than room, a cell stands for several and shows the largest of them.

import { colourScale } from '../../model/colouring.ts';
import { titleOf } from '../../model/frame.ts';
import { nodeGradient, type Playback } from '../../model/playback.ts';
import { toneOf } from '../../model/tone.ts';
import { goTo, playback, selectCard, sentence, step, stepCount } from '../store.ts';

const MOST_CELLS = 240;
const MOST_NAMED = 40;

interface Cell {
  first: number;
  last: number;
  /** The card of this cell with the largest gradient; one that is not finite counts as largest. */
  card: number;
}

export function Strip() {
  const current = playback.value;
  if (current === undefined) return null;
  const cells = cellsOf(current);
  const scale = colourScale(current, 'gradient');
  const named = current.steps.length <= MOST_NAMED;
  const stepAt = (event: PointerEvent): number => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const share = (event.clientX - box.left) / Math.max(1, box.width);
    return Math.min(stepCount.value, Math.max(1, Math.ceil(share * stepCount.value)));
  };
  return (
    <div
      class="strip"
      role="slider"
      tabIndex={0}
      aria-label="Step of the backward pass"
      aria-valuemin={0}
      aria-valuemax={stepCount.value}
      aria-valuenow={step.value}
      aria-valuetext={`step ${step.value}: ${sentence.value}`}
      data-testid="strip"
      onPointerDown={event => {
        event.currentTarget.setPointerCapture(event.pointerId);
        goTo(stepAt(event));
        selectCard(current.steps[step.value - 1]);
      }}
      onPointerMove={event => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) goTo(stepAt(event));
      }}
    >
      {cells.map(({ first, last, card }) => {
        const node = current.cards.cards[card]?.node ?? 0;
        const tone = toneOf(nodeGradient(current.pass, node), scale);
        const now = step.value >= first && step.value <= last;
        const later = step.value < first;
        return (
          <div key={first} class={now ? 'cell now' : later ? 'cell later' : 'cell'}>
            <div
              class={`swatch ${tone.sign}`}
              style={{ '--depth': tone.depth }}
              data-testid="cell"
              data-step={first}
            >
              {tone.sign === 'nonfinite' && '⚠'}
              {tone.sign === 'negative' && named && '−'}
            </div>
            {named && <div class="cell-name">{titleOf(current.cards, node)}</div>}
          </div>
        );
      })}
    </div>
  );
}

function cellsOf({ steps, pass, cards }: Playback): Cell[] {
  const size = Math.max(1, Math.ceil(steps.length / MOST_CELLS));
  const weight = (card: number) => {
    const gradient = nodeGradient(pass, cards.cards[card]?.node ?? 0) ?? 0;
    return Number.isNaN(gradient) ? Number.POSITIVE_INFINITY : Math.abs(gradient);
  };
  const cells: Cell[] = [];
  for (let k = 0; k < steps.length; k += size) {
    const some = steps.slice(k, k + size);
    const card = some.reduce((most, next) => (weight(next) > weight(most) ? next : most));
    cells.push({ first: k + 1, last: k + some.length, card });
  }
  return cells;
}
