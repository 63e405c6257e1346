// The address of the page as a record of what is shown: `#pass=3&step=4&node=w5`. Read when the trace is there and whenever
// somebody edits it; kept up to date while one works. It is untrusted: what makes no sense is left out, and never an error.

import { batch, effect, untracked } from '@preact/signals';
import type { ColourBy } from '../model/colouring.ts';
import type { AddressPart } from './feature.ts';
import { features } from './features.ts';
import { readOpen, writeOpen } from './groups.ts';
import {
  atOnce,
  cameraView,
  chooseGraph,
  choosePass,
  colourBy,
  earliest,
  folded,
  goTo,
  model,
  pass,
  passIndex,
  selectedNode,
  setFolded,
  step,
  stepCount,
  trace,
  wantedView,
} from './store.ts';

/** A change is written after so long without another one: scrubbing must not flood the history. */
const QUIET_MS = 250;
const LONGEST = 200_000;

const COLOURS: readonly ColourBy[] = ['gradient', 'value', 'gain', 'none'];

const core: readonly AddressPart[] = [
  // A pass says its graph; this is for whoever does not know the passes of a graph.
  {
    name: 'graph',
    write: () => ((pass.value?.graph ?? 0) === 0 ? undefined : String(pass.value?.graph)),
    read: text => {
      const index = wholeNumber(text);
      if (index !== undefined) chooseGraph(index);
    },
  },
  {
    name: 'pass',
    write: () => (passIndex.value === 0 ? undefined : String(passIndex.value)),
    read: text => {
      const last = (trace.value?.passes.length ?? 0) - 1;
      const index = wholeNumber(text);
      if (index !== undefined) choosePass(Math.min(last, Math.max(0, index)));
    },
  },
  {
    name: 'fold',
    write: () => (folded.value ? undefined : '0'),
    read: text => setFolded(text !== '0'),
  },
  // Before the step: which steps there are depends on it.
  { name: 'open', write: writeOpen, read: readOpen },
  {
    name: 'step',
    write: () => (step.value === 0 ? undefined : String(step.value)),
    read: text => {
      const wanted = wholeNumber(text);
      if (wanted !== undefined) goTo(Math.min(stepCount.value, Math.max(earliest.value, wanted)));
    },
  },
  { name: 'node', write: writeNode, read: readNode },
  {
    name: 'colour',
    write: () => (colourBy.value === 'gradient' ? undefined : colourBy.value),
    read: text => {
      colourBy.value = COLOURS.find(colour => colour === text) ?? 'gradient';
    },
  },
  {
    name: 'view',
    write: () => {
      if (cameraView.value === undefined) return undefined;
      const { x, y, scale } = cameraView.value;
      return [x.toFixed(0), y.toFixed(0), scale.toPrecision(3)].join(',');
    },
    read: text => {
      const [x = Number.NaN, y = Number.NaN, scale = Number.NaN] = text.split(',').map(Number);
      const sane = [x, y].every(value => Math.abs(value) < 1e7) && scale > 1e-5 && scale < 50;
      if (sane) wantedView.value = { x, y, scale };
    },
  },
];

function parts(): readonly AddressPart[] {
  return [...core, ...features.flatMap(({ address }) => address ?? [])];
}

/**
 * Takes over what an address says, and keeps it up to date from then on. `taken` are names that have been read already, or `all`.
 * Returns a function that stops this.
 */
export function followAddress(taken: readonly string[] | 'all'): () => void {
  if (taken !== 'all') read(location.hash, taken);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let known = location.hash;
  const stop = effect(() => {
    const hash = written();
    clearTimeout(timer);
    timer = setTimeout(() => {
      // Somebody has edited the address in this very moment: it is about to be read, not to be written over.
      if (location.hash !== known || hash === known) return;
      history.replaceState(null, '', hash === '' ? ' ' : hash);
      known = location.hash;
    }, QUIET_MS);
  });
  const edited = (): void => {
    clearTimeout(timer);
    known = location.hash;
    read(known, []);
  };
  window.addEventListener('hashchange', edited);
  return () => {
    stop();
    clearTimeout(timer);
    window.removeEventListener('hashchange', edited);
  };
}

/** Takes over what an address says, or the part of one after the `#`. */
export function readAddress(hash: string): void {
  read(hash, []);
}

function read(hash: string, taken: readonly string[]): void {
  if (hash.length > LONGEST) return;
  const said = new URLSearchParams(hash.replace(/^#/, ''));
  untracked(() =>
    batch(() => {
      for (const part of parts()) {
        const text = said.get(part.name);
        if (text === null || taken.includes(part.name)) continue;
        try {
          // What follows, such as the step, depends on what is shown.
          atOnce(() => part.read(text));
        } catch {
          // Whatever an address says, the page goes on.
        }
      }
    }),
  );
}

function written(): string {
  const said = new URLSearchParams();
  for (const { name, write } of parts()) {
    const text = write();
    if (text !== undefined) said.set(name, text);
  }
  const hash = said.toString();
  return hash === '' ? '' : `#${hash}`;
}

/** By its name where no other node has it; else by its number. */
function writeNode(): string | undefined {
  const node = selectedNode.value;
  if (node === undefined) return undefined;
  const name = model.value?.nodes[node]?.name;
  const unique =
    name !== undefined &&
    wholeNumber(name) === undefined &&
    model.value?.nodes.findIndex(it => it.name === name) === node &&
    model.value.nodes.findLastIndex(it => it.name === name) === node;
  return unique ? name : String(node);
}

function readNode(text: string): void {
  const nodes = model.value?.nodes ?? [];
  const node = wholeNumber(text) ?? nodes.findIndex(({ name }) => name === text);
  selectedNode.value = nodes[node] === undefined ? undefined : node;
}

function wholeNumber(text: string): number | undefined {
  return /^-?\d{1,9}$/.test(text) ? Number(text) : undefined;
}
