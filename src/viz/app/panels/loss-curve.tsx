// The loss over the passes, small: a line, a mark at the pass that is shown, and a logarithmic scale where it helps.

import { nodeValue } from '../../model/playback.ts';
import { choosePass, passIndex, trace } from '../store.ts';

const WIDTH = 172;
const HEIGHT = 58;
const PAD = 4;

export function LossCurve() {
  const { passes, graphs } = trace.value ?? { passes: [], graphs: [] };
  const losses = passes.map(pass => nodeValue(pass, graphs[pass.graph]?.root ?? 0));
  const finite = losses.filter(Number.isFinite);
  const least = Math.min(...finite.slice(0, 10_000));
  const most = Math.max(...finite.slice(0, 10_000));
  const logarithmic = least > 0 && most / least > 50;
  const scale = logarithmic ? Math.log10 : (x: number) => x;
  const [low, high] = [scale(least), scale(most)];
  const x = (k: number) => PAD + (k / Math.max(1, losses.length - 1)) * (WIDTH - 2 * PAD);
  const y = (loss: number) =>
    PAD + (high > low ? (high - scale(loss)) / (high - low) : 0.5) * (HEIGHT - 2 * PAD);
  const points = losses.flatMap((loss, k) =>
    Number.isFinite(loss) ? [`${x(k).toFixed(1)},${y(loss).toFixed(1)}`] : [],
  );
  const here = losses[passIndex.value] ?? Number.NaN;
  const choose = (event: MouseEvent) => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const share = ((event.clientX - box.left) / box.width) * WIDTH - PAD;
    const index = Math.round((share / (WIDTH - 2 * PAD)) * (losses.length - 1));
    choosePass(Math.min(losses.length - 1, Math.max(0, index)));
  };
  return (
    // The slider below does the same from the keyboard.
    // biome-ignore lint/a11y/useKeyWithClickEvents: see above
    <svg
      class="curve"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`Loss over ${passes.length} passes${logarithmic ? ', logarithmic' : ''}`}
      onClick={choose}
    >
      <line class="axis" x1={PAD} x2={WIDTH - PAD} y1={HEIGHT - 1} y2={HEIGHT - 1} />
      <polyline points={points.join(' ')} />
      <line class="mark" x1={x(passIndex.value)} x2={x(passIndex.value)} y1={1} y2={HEIGHT - 1} />
      {Number.isFinite(here) && <circle cx={x(passIndex.value)} cy={y(here)} r="3.2" />}
      {logarithmic && (
        <text x={WIDTH - PAD} y={10} text-anchor="end">
          log
        </text>
      )}
    </svg>
  );
}
