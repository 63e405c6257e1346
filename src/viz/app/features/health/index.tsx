// Health: what is not finite and why, which edges shrink or blow up the gradient, and how the layers fare over training.
// What the page needs to start is here; the panels are loaded when there is something for them to show.

import { plural } from '../../../model/format.ts';
import type { Feature } from '../../feature.ts';
import { lazy } from '../../lazy.tsx';
import { colourBy, trace } from '../../store.ts';
import { current, faultyPasses, foundNothing, goToAnomaly, layersOpen, report } from './state.ts';

const open = () => current.value !== undefined || foundNothing.value;
const AnomalyBar = lazy(open, async () => (await import('./anomaly-panels.tsx')).AnomalyBar);
const AnomalySection = lazy<{ card: number }>(
  () => report.value.anomalies.length > 0 || report.value.intended.size > 0,
  async () => (await import('./anomaly-panels.tsx')).AnomalySection,
);
/** The worst gains; stands below the choice of colours. */
export const Gains = lazy(
  () => colourBy.value === 'gain',
  async () => (await import('./gains.tsx')).Gains,
);
const Layers = lazy(
  () => layersOpen.value,
  async () => (await import('./layers.tsx')).LayersDialog,
);

export const healthFeature: Feature = {
  header: Badge,
  headerStays: true,
  panel: { place: 'below', tab: 'Health', open, view: AnomalyBar },
  sidebar: HealthSection,
  inspector: AnomalySection,
  overlay: Layers,
  keys: [
    {
      keys: ['n'],
      group: 'finding',
      label: 'n',
      does: 'go to the next place where NaN or ∞ arises',
      run: () => void goToAnomaly(1),
    },
    {
      keys: ['N'],
      group: 'finding',
      shift: true,
      label: 'Shift n',
      does: 'go to the place before, where NaN or ∞ arises',
      run: () => void goToAnomaly(-1),
    },
  ],
};

/** How many places of this pass are to be looked at; or that other passes have some. */
function Badge() {
  const here = report.value.anomalies.length;
  const elsewhere = faultyPasses.value.length;
  if (here === 0 && elsewhere === 0) return null;
  const text =
    here > 0
      ? `NaN or ∞ arises in ${plural(here, 'place')} of this pass`
      : `${plural(elsewhere, 'pass', 'passes')} with NaN or ∞`;
  return (
    <button
      type="button"
      class="button anomaly-badge"
      data-testid="anomaly-badge"
      title={`${text}. Show the next (n)`}
      aria-label={`${text}. Show the next.`}
      onClick={() => void goToAnomaly(1)}
    >
      ⚠ {here > 0 ? here : plural(elsewhere, 'pass', 'passes')}
    </button>
  );
}

function HealthSection() {
  if ((trace.value?.passes.length ?? 0) < 2) return null;
  return (
    <section>
      <h2>Health</h2>
      <button
        type="button"
        class="button small"
        data-testid="layers-open"
        onClick={() => {
          layersOpen.value = true;
        }}
      >
        layers over training
      </button>
    </section>
  );
}
