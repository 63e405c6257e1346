// A histogram of the elements of a tensor: bars that say their counts, and beside them what is not finite.

import { useMemo } from 'preact/hooks';
import { formatCount, formatShort } from '../../../model/format.ts';
import { barOf, bordersOf, histogramOf } from '../../../model/histogram.ts';

const WIDTH = 276;
const HEIGHT = 44;

export function HistogramFigure({ name, data }: { name: string; data: readonly number[] }) {
  const histogram = useMemo(() => histogramOf(data), [data]);
  if (histogram === undefined) return null;
  const { counts, low, high, nan, infinite, logarithmic } = histogram;
  const width = WIDTH / counts.length;
  const broken = [
    nan > 0 && `${formatCount(nan)} NaN`,
    infinite > 0 && `${formatCount(infinite)} ∞`,
  ];
  const apart = broken.filter(it => it !== false).join(', ');
  const most = counts.reduce((a, b) => Math.max(a, b), 0);
  // Where 0 lies between the ends, a line marks it.
  const zero = low < 0 && high > 0 ? (-low / (high - low)) * WIDTH : undefined;
  return (
    <figure class="histogram" data-testid={`histogram-${name}`} data-counts={counts.join(' ')}>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`Histogram of the ${name}: from ${formatShort(low, 4)} to ${formatShort(high, 4)}, at most ${formatCount(most)} in a bin${apart === '' ? '' : `; ${apart}`}`}
      >
        {counts.map((count, bin) => {
          const height = barOf(histogram, bin) * (HEIGHT - 2);
          const [from, to] = bordersOf(histogram, bin);
          return (
            <rect
              key={bin}
              class={to <= 0 ? 'bar-negative' : 'bar-positive'}
              x={bin * width + 0.5}
              y={HEIGHT - height}
              width={Math.max(1, width - 1)}
              height={height}
            >
              <title>{`${formatShort(from, 4)} … ${formatShort(to, 4)}: ${formatCount(count)}`}</title>
            </rect>
          );
        })}
        {zero !== undefined && <line class="bar-zero" x1={zero} x2={zero} y1={0} y2={HEIGHT} />}
      </svg>
      <figcaption class="number">
        <span>{formatShort(low, 4)}</span>
        <span>
          {name}
          {logarithmic && ', log counts'}
          {apart !== '' && <strong class="nonfinite"> ⚠ {apart}</strong>}
        </span>
        <span>{formatShort(high, 4)}</span>
      </figcaption>
    </figure>
  );
}
