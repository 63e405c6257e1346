// The panel on the left: the passes with the loss over training, the leaves with their gradients, and how to look at it.

import { computed } from '@preact/signals';
import type { ColourBy } from '../../model/colouring.ts';
import { formatCount } from '../../model/format.ts';
import { Gains } from '../features/health/index.tsx';
import { features } from '../features.ts';
import { cards, colourBy, folded, frame, scene, selectCard, setFolded, trace } from '../store.ts';
import { Passes } from './passes.tsx';

/** A list of more leaves than this is cut; the graph still has them all. */
const MOST_LEAVES = 200;

export function Sidebar() {
  return (
    <aside class="panel sidebar" aria-label="Passes, leaves and display">
      {(trace.value?.passes.length ?? 0) > 1 && <Passes />}
      <Leaves />
      {features.map(({ sidebar: Part }, k) => Part && <Part key={k} />)}
      <Display />
    </aside>
  );
}

const leaves = computed(() =>
  (frame.value?.cards ?? []).flatMap((card, index) => (card.kind === 'leaf' ? [index] : [])),
);

function Leaves() {
  const all = leaves.value;
  if (all.length === 0) return null;
  const shown = all.slice(0, MOST_LEAVES).flatMap(card => scene.value?.card(card) ?? []);
  return (
    <section>
      <h2>Leaves</h2>
      <ul class="leaves long" data-testid="parameters">
        {shown.map(card => (
          <li key={cards.value?.cards[card.index]?.node}>
            <button
              type="button"
              class={card.selected ? 'leaf selected' : 'leaf'}
              aria-pressed={card.selected}
              data-testid="parameter"
              data-name={card.frame.title}
              onClick={() => selectCard(card.selected ? undefined : card.index)}
            >
              <span class="leaf-name">
                {card.frame.title}
                {card.frame.shape !== '' && <small> {card.frame.shape}</small>}
              </span>
              <span class={`number ${card.gradientSign}`}>
                {card.progress !== '' && <small>{card.progress} </small>}
                {card.gradient}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {all.length > MOST_LEAVES && (
        <p class="more">and {formatCount(all.length - MOST_LEAVES)} more in the graph</p>
      )}
    </section>
  );
}

const COLOURS: readonly [ColourBy, string][] = [
  ['gradient', 'gradient'],
  ['value', 'value'],
  ['gain', 'gain'],
  ['none', 'none'],
];

function Display() {
  return (
    <section>
      <fieldset>
        <legend>Colour</legend>
        <div class="choices paired">
          {COLOURS.map(([value, label]) => (
            <button
              key={value}
              type="button"
              aria-pressed={colourBy.value === value}
              data-testid={`colour-${value}`}
              onClick={() => {
                colourBy.value = value;
              }}
            >
              {label}
            </button>
          ))}
        </div>
      </fieldset>
      <Gains />
      <fieldset>
        <legend>Cards</legend>
        <div class="choices">
          <button
            type="button"
            aria-pressed={folded.value}
            data-testid="fold"
            onClick={() => setFolded(true)}
          >
            named
          </button>
          <button
            type="button"
            aria-pressed={!folded.value}
            data-testid="unfold"
            onClick={() => setFolded(false)}
          >
            every op
          </button>
        </div>
      </fieldset>
    </section>
  );
}
