// The map of the backward pass and its scrub bar: one cell for every step, coloured by the gradient of the card that
// fires. Clicking, dragging and turning the wheel move through the steps; the pointer tells what is where.

import { computed } from '@preact/signals';
import { useRef, useState } from 'preact/hooks';
import { titleOf } from '../../model/names.ts';
import { type StripCell, stepAtShare, stepText, stripCells } from '../../model/strip.ts';
import type { Tone } from '../../model/tone.ts';
import { compared } from '../features/compare/pinned.ts';
import { goTo, playback, selectCard, sentence, step, stepCount } from '../store.ts';

const MOST_CELLS = 240;
const MOST_NAMED = 40;
/** More cells than this leave no room for gaps between them. */
const MOST_SPACED = 80;
/** How far the wheel turns for a step, in the pixels that a browser reports. */
const WHEEL = 40;

const cells = computed(() =>
  playback.value === undefined ? [] : stripCells(playback.value, MOST_CELLS, compared.value),
);

export function Strip() {
  const [pointed, setPointed] = useState<{ step: number; share: number } | undefined>(undefined);
  const turned = useRef(0);
  const current = playback.value;
  if (current === undefined) return null;
  const named = current.steps.length <= MOST_NAMED;
  const place = (event: PointerEvent): { step: number; share: number } => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - box.left) / Math.max(1, box.width)));
    return { step: stepAtShare(share, stepCount.value), share };
  };
  return (
    <div
      class={cells.value.length > MOST_SPACED ? 'strip dense' : 'strip'}
      role="slider"
      tabIndex={0}
      aria-label="Step of the backward pass"
      aria-valuemin={0}
      aria-valuemax={stepCount.value}
      aria-valuenow={Math.max(0, step.value)}
      aria-valuetext={`step ${step.value}: ${sentence.value}`}
      data-testid="strip"
      onPointerDown={event => {
        event.currentTarget.setPointerCapture(event.pointerId);
        goTo(place(event).step);
        selectCard(current.steps[step.value - 1]);
      }}
      onPointerMove={event => {
        const at = place(event);
        setPointed(at);
        if (event.currentTarget.hasPointerCapture(event.pointerId)) goTo(at.step);
      }}
      onPointerLeave={() => setPointed(undefined)}
      onPointerCancel={() => setPointed(undefined)}
      onWheel={event => {
        event.preventDefault();
        turned.current += event.deltaY + event.deltaX;
        const steps = Math.trunc(turned.current / WHEEL);
        turned.current -= steps * WHEEL;
        if (steps !== 0) goTo(step.value + steps);
      }}
    >
      {cells.value.map((cell, k) => (
        <Cell
          key={cell.first}
          cell={cell}
          named={named}
          // Narrow cells in a row share a glyph.
          marked={named || cells.value[k - 1]?.tone.sign !== 'nonfinite'}
        />
      ))}
      {pointed !== undefined && (
        <div
          class="strip-tip number"
          data-testid="strip-tip"
          style={{ left: `${100 * pointed.share}%` }}
          data-side={pointed.share > 0.6 ? 'left' : 'right'}
        >
          {stepText(current, pointed.step, compared.value)}
        </div>
      )}
    </div>
  );
}

function Cell(props: { cell: StripCell; named: boolean; marked: boolean }) {
  const { cell, named, marked } = props;
  const current = playback.value;
  const { first, last, card, tone, before } = cell;
  const now = step.value >= first && step.value <= last;
  const later = step.value < first;
  return (
    <div class={now ? 'cell now' : later ? 'cell later' : 'cell'}>
      <div class="swatches">
        {before !== undefined && <Swatch tone={before} named={named} marked={named} />}
        <Swatch tone={tone} named={named} marked={marked} step={first} />
      </div>
      {named && current !== undefined && (
        <div class="cell-name">{titleOf(current.cards, card)}</div>
      )}
    </div>
  );
}

interface SwatchProps {
  tone: Tone;
  /** There is room for signs. */
  named: boolean;
  /** Whether NaN and ∞ get their glyph here. */
  marked: boolean;
  /** The step of the pass that is shown; absent in the pass that it is compared with. */
  step?: number;
}

function Swatch({ tone, named, marked, step: first }: SwatchProps) {
  return (
    <div
      class={`swatch ${tone.sign}`}
      style={{ '--depth': tone.depth }}
      data-testid={first === undefined ? 'cell-before' : 'cell'}
      data-step={first}
    >
      {tone.sign === 'nonfinite' && marked && <span class="glyph">⚠</span>}
      {tone.sign === 'negative' && named && '−'}
      {tone.sign === 'zero' && named && '0'}
    </div>
  );
}
