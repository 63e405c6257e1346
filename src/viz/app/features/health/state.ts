// What is not finite in the passes of the trace, and which of it is being looked at.

import { batch, computed, effect, signal } from '@preact/signals';
import type { TracePass } from '../../../../autograd/trace.ts';
import type { Anomaly, AnomalyReport } from '../../../model/anomalies.ts';
import { isAllFinite, isSick } from '../../../model/finite.ts';
import { at, buildModel, type Model, sourceOf } from '../../../model/model.ts';
import { showNode } from '../../groups.ts';
import {
  choosePass,
  goTo,
  model,
  pass,
  passIndex,
  playback,
  selectedNode,
  trace,
} from '../../store.ts';

type Diagnosis = typeof import('./diagnosis.ts');

/** The code that explains, once it is loaded. */
const diagnosis = signal<Diagnosis | undefined>(undefined);
/** The places of the passes with something that is not finite, as far as they have been looked through. */
export const faultyPasses = signal<readonly number[]>([]);
/** Which anomaly of the pass is looked at. */
const place = signal<{ pass: TracePass; index: number } | undefined>(undefined);
/** Whether passes that were looked through have infinities by intent, such as the −∞ of a mask, and nothing else. */
export const someIntended = signal(false);
/** Somebody asked for anomalies, and there are none. */
export const foundNothing = signal(false);
/** Whether the picture of the layers over training is open. */
export const layersOpen = signal(false);

const NOTHING: AnomalyReport = {
  anomalies: [],
  intended: new Set(),
  values: 0,
  gradients: 0,
};
const reports = new WeakMap<TracePass, AnomalyReport>();

/** What arises in the pass that is shown; nothing until the code that finds it has been loaded. */
export const report = computed<AnomalyReport>(() => {
  if (model.value === undefined || pass.value === undefined || !diagnosis.value) return NOTHING;
  const known = reports.get(pass.value);
  if (known !== undefined) return known;
  const found = diagnosis.value.findAnomalies(model.value, pass.value);
  reports.set(pass.value, found);
  return found;
});

/** The anomaly that is looked at, with its place in the report. */
export const current = computed<{ anomaly: Anomaly; index: number } | undefined>(() => {
  if (place.value === undefined || place.value.pass !== pass.value) return undefined;
  const anomaly = report.value.anomalies[place.value.index];
  return anomaly && { anomaly, index: place.value.index };
});

effect(() => {
  if (pass.value !== undefined && !isAllFinite(pass.value)) void load();
});

/** How long passes are looked through at a time, in milliseconds. */
const SLICE = 6;
const checked = new WeakMap<TracePass, boolean>();

effect(() => {
  const passes = trace.value?.passes ?? [];
  const found: number[] = [];
  const models = new Map<number, Model>();
  let next = 0;
  let intended = false;
  let stopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = () => {
    const start = performance.now();
    for (; next < passes.length && performance.now() - start < SLICE; next++) {
      const it = passes[next];
      if (it === undefined) continue;
      const fine = checked.get(it) ?? isFine(it, models);
      if (fine === undefined) {
        // Goes on when the code is there that can tell a mask from an overflow.
        void load().then(() => {
          if (!stopped) timer = setTimeout(look);
        });
        return;
      }
      checked.set(it, fine);
      if (!fine) found.push(next);
      else if (!isAllFinite(it)) intended = true;
    }
    if (next < passes.length) timer = setTimeout(look);
    else {
      batch(() => {
        faultyPasses.value = found;
        someIntended.value = intended;
      });
    }
  };
  timer = setTimeout(look);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
});

/** Whether nothing is wrong with a pass; undefined while the code that could tell has not been loaded. */
function isFine(it: TracePass, models: Map<number, Model>): boolean | undefined {
  const whole = trace.peek();
  if (isAllFinite(it) || whole === undefined) return true;
  if (isSick(it, whole.graphs[it.graph]?.root ?? 0)) return false;
  const code = diagnosis.peek();
  if (code === undefined) return undefined;
  const graph = models.get(it.graph) ?? buildModel(whole, it.graph);
  models.set(it.graph, graph);
  return code.findAnomalies(graph, it).anomalies.length === 0;
}

/** Goes to the next anomaly, or to the one before; in the passes after where this one has no more. */
export async function goToAnomaly(by: 1 | -1): Promise<void> {
  const { findAnomalies } = await load();
  const passes = trace.value?.passes ?? [];
  const here = current.value?.index;
  const index = here === undefined ? (by === 1 ? 0 : report.value.anomalies.length - 1) : here + by;
  if (report.value.anomalies[index] !== undefined) {
    show(index);
    return;
  }
  // The passes that follow, around to this one again: the search ends where it began.
  for (let k = 1; k <= passes.length; k++) {
    const other = (passIndex.value + by * k + k * passes.length) % passes.length;
    const it = passes[other];
    if (it === undefined || (checked.get(it) ?? isAllFinite(it))) continue;
    choosePass(other);
    if (model.value === undefined || findAnomalies(model.value, it).anomalies.length === 0)
      continue;
    show(by === 1 ? 0 : report.value.anomalies.length - 1);
    return;
  }
  foundNothing.value = true;
}

/** Shows an anomaly of the pass: its step, the card where it arises, and why. */
export function show(index: number): void {
  const anomaly = report.value.anomalies[index];
  if (anomaly === undefined || pass.value === undefined || playback.value === undefined) return;
  showNode(anomaly.node);
  const step = diagnosis.value?.stepOfAnomaly(playback.value, anomaly) ?? 0;
  const shown = pass.value;
  batch(() => {
    foundNothing.value = false;
    place.value = { pass: shown, index };
    selectedNode.value = anomaly.node;
    goTo(step);
  });
}

/** Stops looking at anomalies. */
export function dismiss(): void {
  batch(() => {
    place.value = undefined;
    foundNothing.value = false;
  });
}

/** Why something is not finite, as a sentence, with the line of the program. */
export function explain(anomaly: Anomaly): { sentence: string; source: string | undefined } {
  const code = diagnosis.value;
  if (code === undefined || model.value === undefined || pass.value === undefined) {
    return { sentence: '', source: undefined };
  }
  return {
    sentence: code.reasonSentence(code.reasonOf(model.value, pass.value, anomaly)),
    source: sourceOf(model.value, anomaly.node),
  };
}

/** What of a card is infinite by intent, as a sentence; empty where nothing is. */
export function intentOn(card: number): string {
  const [code, cards] = [diagnosis.value, playback.value?.cards];
  const { intended } = report.value;
  if (code === undefined || cards === undefined || !model.value || !pass.value) return '';
  const own = cards.cards[card]?.node ?? -1;
  // A constant that is written into the card of the op that reads it.
  const within = [...intended].find(node => at(cards.cardOf, node) === card);
  const node = intended.has(own) ? own : within;
  return node === undefined ? '' : code.intentOf(model.value, pass.value, node);
}

/** The anomalies that arise on a card, with their places in the report. */
export function anomaliesOn(card: number): { anomaly: Anomaly; index: number }[] {
  const cardOf = playback.value?.cards.cardOf;
  if (cardOf === undefined) return [];
  return report.value.anomalies.flatMap((anomaly, index) =>
    at(cardOf, anomaly.node) === card ? [{ anomaly, index }] : [],
  );
}

async function load(): Promise<Diagnosis> {
  diagnosis.value ??= await import('./diagnosis.ts');
  return diagnosis.value;
}
