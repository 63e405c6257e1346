// The loss over the passes, small: a line with gaps where it is not finite, marks at the pass that is shown and at the
// one that is pinned, and a logarithmic scale where it helps. Dragging along it goes through the passes.

import { computed, signal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { formatNumber } from '../../model/format.ts';
import {
  gapsOf,
  heightOf,
  type LossCurve,
  linesOf,
  lossCurve,
  passAt,
  placeOfPass,
} from '../../model/loss-curve.ts';
import { nodeValue } from '../../model/playback.ts';
import { pinnedIndex } from '../features/compare/pinned.ts';
import { choosePass, passIndex, trace } from '../store.ts';
import type { PassWords } from './pass-words.ts';

const WIDTH = 172;
const HEIGHT = 62;
const PAD = 5;

/** The scale that somebody chose; undefined lets the spread of the losses decide. */
const chosen = signal<'linear' | 'logarithmic' | undefined>(undefined);
const losses = computed(() => {
  const { passes, graphs } = trace.value ?? { passes: [], graphs: [] };
  return Float64Array.from(passes, pass => nodeValue(pass, graphs[pass.graph]?.root ?? 0));
});
const curve = computed(() => lossCurve(losses.value, WIDTH - 2 * PAD, chosen.value));

const x = (share: number) => PAD + share * (WIDTH - 2 * PAD);
const y = (share: number) => PAD + share * (HEIGHT - 2 * PAD);

export function LossCurveFigure({ words }: { words: PassWords }) {
  const it = curve.value;
  // The curve may be on the page twice.
  const hatch = useId();
  const here = (event: PointerEvent): void => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const across = ((event.clientX - box.left) / Math.max(1, box.width)) * WIDTH;
    const index = passAt(it, (across - PAD) / (WIDTH - 2 * PAD));
    if (index !== passIndex.value) choosePass(index);
  };
  return (
    <figure class="loss">
      <svg
        class="curve"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={describe(it, words)}
        data-testid="loss-curve"
        onPointerDown={event => {
          event.currentTarget.setPointerCapture(event.pointerId);
          here(event);
        }}
        onPointerMove={event => {
          if (event.currentTarget.hasPointerCapture(event.pointerId)) here(event);
        }}
      >
        <Hatch id={hatch} />
        <line class="axis" x1={PAD} x2={WIDTH - PAD} y1={HEIGHT - 1} y2={HEIGHT - 1} />
        <Gaps curve={it} words={words} hatch={hatch} />
        {linesOf(it).map((line, k) => (
          <polyline
            key={k}
            points={line.map(at => `${x(at.x).toFixed(1)},${y(at.y).toFixed(1)}`).join(' ')}
          />
        ))}
        {pinnedIndex.value !== undefined && <Mark curve={it} pass={pinnedIndex.value} letter="A" />}
        <Mark curve={it} pass={passIndex.value} letter="" />
      </svg>
      <figcaption class="loss-scale">
        <span class="number">
          {Number.isNaN(it.least)
            ? words.noLoss
            : `${formatNumber(it.least, 2)} – ${formatNumber(it.most, 2)}`}
        </span>
        <button
          type="button"
          class="chip-button"
          aria-pressed={it.logarithmic}
          title={words.logarithmic}
          data-testid="loss-log"
          onClick={() => {
            chosen.value = it.logarithmic ? 'linear' : 'logarithmic';
          }}
        >
          {words.log}
        </button>
      </figcaption>
    </figure>
  );
}

/** The hatch that stands for what is not finite, everywhere on the page. */
function Hatch({ id }: { id: string }) {
  return (
    <defs>
      <pattern
        id={id}
        width="5"
        height="5"
        patternUnits="userSpaceOnUse"
        patternTransform="rotate(45)"
      >
        <rect class="hatch-back" width="5" height="5" />
        <rect class="hatch-line" width="2.4" height="5" />
      </pattern>
    </defs>
  );
}

/** Stretches without a finite loss: hatched, with a glyph where there is room for one. */
function Gaps({ curve: it, words, hatch }: { curve: LossCurve; words: PassWords; hatch: string }) {
  return gapsOf(it).map(({ from, to, count }) => {
    const left = x(from) - 1.5;
    const width = x(to) + 1.5 - left;
    return (
      <g key={from} data-testid="loss-gap">
        <title>{words.gap(count)}</title>
        <rect x={left} y={1} width={width} height={HEIGHT - 3} fill={`url(#${hatch})`} />
        {width > 12 && (
          <text class="alarm" x={left + width / 2} y={13} text-anchor="middle">
            ⚠
          </text>
        )}
      </g>
    );
  });
}

/** A line through a pass, with a dot where its loss is on the curve. */
function Mark({ curve: it, pass, letter }: { curve: LossCurve; pass: number; letter: string }) {
  const loss = losses.value[pass] ?? Number.NaN;
  const shown = Number.isFinite(loss) && (!it.logarithmic || loss > 0);
  const across = x(placeOfPass(it, pass));
  return (
    <g class={letter === '' ? 'mark' : 'mark pinned'}>
      <line x1={across} x2={across} y1={1} y2={HEIGHT - 1} />
      {shown && <circle cx={across} cy={y(heightOf(it, loss))} r="3.2" />}
      {letter !== '' && (
        <text x={across + (across > WIDTH - 14 ? -9 : 3)} y={HEIGHT - 4}>
          {letter}
        </text>
      )}
    </g>
  );
}

function describe(it: LossCurve, words: PassWords): string {
  const gaps = it.columns.reduce((sum, column) => sum + column.gaps, 0);
  const parts = [
    words.curve(it.count),
    Number.isNaN(it.least) ? '' : words.range(formatNumber(it.least, 3), formatNumber(it.most, 3)),
    it.logarithmic ? words.inLogarithms : '',
    gaps > 0 ? words.gaps(gaps) : '',
  ];
  return parts.filter(part => part !== '').join(words.comma);
}
