// The panel on the left: the passes with the loss over training, the leaves with their gradients, and how to look at it.

import { computed } from '@preact/signals';
import type { ColourBy } from '../../model/colouring.ts';
import { formatCount, formatNumber } from '../../model/format.ts';
import { at, labelOf } from '../../model/model.ts';
import { nodeGradient } from '../../model/playback.ts';
import { shapeOf } from '../../model/tensors.ts';
import { signOf } from '../../model/tone.ts';
import { Modules } from '../features/groups/index.tsx';
import { Gains } from '../features/health/index.tsx';
import { features } from '../features.ts';
import { inspect } from '../sheet.ts';
import {
  cards,
  colourBy,
  drawn,
  folded,
  model,
  playback,
  scene,
  selectedNode,
  setFolded,
  step,
  trace,
} from '../store.ts';
import { Aside } from './aside.tsx';
import { Passes } from './passes.tsx';

/** A list of more leaves than this is cut; the graph still has them all. */
const MOST_LEAVES = 200;
/** As many as there is room for at first; the others come when the picture has been drawn. */
const FIRST_LEAVES = 20;

export function Sidebar() {
  return (
    <Aside class="panel sidebar" aria-label="Passes, leaves and display">
      {(trace.value?.passes.length ?? 0) > 1 && <Passes />}
      <Modules />
      <Leaves />
      {features.map(({ sidebar: Part }, k) => Part && <Part key={k} />)}
      <Display />
    </Aside>
  );
}

const leaves = computed(() =>
  (model.value?.nodes ?? []).flatMap(({ kind }, node) => (kind === 'leaf' ? [node] : [])),
);

function Leaves() {
  const all = leaves.value;
  if (all.length === 0) return null;
  return (
    <section>
      <h2>Leaves</h2>
      <ul class="leaves long" data-testid="parameters">
        {all.slice(0, drawn.value ? MOST_LEAVES : FIRST_LEAVES).map(node => (
          <Leaf key={node} node={node} />
        ))}
      </ul>
      {all.length > MOST_LEAVES && (
        <p class="more">and {formatCount(all.length - MOST_LEAVES)} more in the graph</p>
      )}
    </section>
  );
}

function Leaf({ node }: { node: number }) {
  const card = cards.value?.cardOf[node] ?? -1;
  const it = scene.value?.card(card);
  const current = playback.value;
  if (it === undefined || current === undefined) return null;
  const { model, cards: all } = current.cards;
  const inGroup = all[card]?.group !== undefined;
  // What a closed group hides is known once it has fired.
  const fired = step.value > 0 && step.value >= at(current.firesAt, card);
  const own = inGroup && fired ? nodeGradient(current.pass, node) : null;
  const [gradient, sign] = inGroup
    ? [own === null ? (step.value < 0 ? '' : '…') : formatNumber(own), signOf(own)]
    : [it.gradient, it.gradientSign];
  const selected = selectedNode.value === node;
  const shape = shapeOf(model, node);
  return (
    <li>
      <button
        type="button"
        class={selected ? 'leaf selected' : 'leaf'}
        aria-pressed={selected}
        data-testid="parameter"
        data-name={labelOf(model, node)}
        onClick={() => {
          selectedNode.value = selected ? undefined : node;
          if (!selected) inspect();
        }}
      >
        <span class="leaf-name">
          {labelOf(model, node)}
          {shape !== '' && <small> {shape}</small>}
        </span>
        <span class={`number ${sign}`}>
          {it.progress !== '' && !inGroup && <small>{it.progress} </small>}
          {gradient}
        </span>
      </button>
    </li>
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
