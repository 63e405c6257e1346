// The program under edit, the numbers of its leaves and what the engine makes of them. Every change runs the program again
// and shows its trace; the picture, the selection and the step stay where they are while the structure does.

import { batch, effect, signal } from '@preact/signals';
import type { Trace } from '../../../../autograd/trace.ts';
import {
  decodeProgram,
  decodeValues,
  encodeProgram,
  encodeValues,
  type LeafValues,
} from '../../../model/play-address.ts';
import { sharingStructure } from '../../../model/structure.ts';
import { presetOf, presets } from '../../../play/presets.ts';
import type { PlayProblem, PlayResult } from '../../../play/result.ts';
import {
  loading,
  model,
  pass,
  passIndex,
  playing,
  selectedNode,
  step,
  stepCount,
  trace,
} from '../../store.ts';
import { ask } from './engine.ts';
import { numbersCode, playOpen, programCode } from './state.ts';

/** What the playground opens with. */
const FIRST = 'backpropagation';

export const program = signal('');
export const values = signal<LeafValues>({});
/** The latest run that went well; it stays while a program is being edited and does not. */
export const result = signal<PlayResult | undefined>(undefined);
export const problem = signal<PlayProblem | undefined>(undefined);
/** The leaf that the derivation is for. */
export const derivedLeaf = signal('');
/** The trace that was there before. */
export const opened = signal<Trace | undefined>(undefined);

/** The trace that the playground shows at present. */
let shown: Trace | undefined;
let codes = '';

/** Takes up what the address says, or the first preset, and runs it. Called whenever the playground is opened. */
export function begin(): void {
  if (trace.peek() !== shown) opened.value = trace.peek();
  const now = `${programCode.peek()} ${numbersCode.peek()}`;
  if (codes === now && result.peek() !== undefined) {
    if (trace.peek() !== shown) run();
    return;
  }
  const preset = presetOf(programCode.peek().replace(/^\./, '')) ?? presetOf(FIRST);
  const typed = decodeProgram(programCode.peek());
  batch(() => {
    program.value = typed ?? preset?.program ?? '';
    derivedLeaf.value = typed === undefined ? (preset?.leaf ?? '') : '';
    values.value = decodeValues(numbersCode.peek());
  });
  run();
}

/** Another program, typed or chosen. */
export function setProgram(text: string, leaf?: string): void {
  batch(() => {
    program.value = text;
    values.value = {};
    if (leaf !== undefined) derivedLeaf.value = leaf;
  });
  run();
}

/** The number of a leaf, or one element of a tensor. */
export function setNumber(name: string, x: number, element?: number): void {
  const leaf = result.peek()?.leaves.find(each => each.name === name);
  if (leaf === undefined || !Number.isFinite(x)) return;
  const now = values.peek()[name] ?? leaf.start;
  if (typeof now === 'number') values.value = { ...values.peek(), [name]: x };
  else values.value = { ...values.peek(), [name]: now.map((y, k) => (k === element ? x : y)) };
  run();
}

/** All numbers back to those of the program. */
export function reset(): void {
  values.value = {};
  run();
}

export function deriveBy(name: string): void {
  derivedLeaf.value = name;
  run();
}

/** The address of the page with the program and its numbers in it, other parts of the address kept. */
export function linkToProgram(): string {
  const link = new URL(location.href);
  const parts = new URLSearchParams(link.hash.replace(/^#/, ''));
  parts.set('play', programCode.peek());
  if (numbersCode.peek() === '') parts.delete('numbers');
  else parts.set('numbers', numbersCode.peek());
  link.hash = parts.toString();
  return link.href;
}

/** Shows the trace again that was there before, and closes the playground. */
export function back(): void {
  const before = opened.peek();
  if (before === undefined) return;
  batch(() => {
    playOpen.value = false;
    playing.value = false;
    passIndex.value = 0;
    step.value = 0;
    selectedNode.value = undefined;
    loading.value = { status: 'ready', trace: before };
  });
}

/** Runs the program as it is now. */
function run(): void {
  noteAddress();
  const text = program.peek();
  const current = trace.peek() === shown ? pass.peek()?.step : undefined;
  void ask(text, {
    values: values.peek(),
    derive: derivedLeaf.peek(),
    check: true,
    ...(current === undefined ? {} : { step: current }),
  }).then(answer => {
    if (answer === undefined || !playOpen.peek()) return;
    if (answer.result === undefined) fail(answer.problem);
    else show(answer.result);
  });
}

/** What a link to the program as it is now says. */
function noteAddress(): void {
  const preset = presets.find(each => each.program === program.peek());
  batch(() => {
    programCode.value = preset === undefined ? encodeProgram(program.peek()) : `.${preset.id}`;
    numbersCode.value = encodeValues(values.peek());
  });
  codes = `${programCode.peek()} ${numbersCode.peek()}`;
}

function show(found: PlayResult): void {
  const before = trace.peek();
  const next = sharingStructure(before === shown ? before : undefined, found.trace);
  const same = next.graphs === before?.graphs;
  const name = before && model.peek()?.nodes[selectedNode.peek() ?? -1]?.name;
  shown = next;
  batch(() => {
    problem.value = undefined;
    result.value = found;
    loading.value = { status: 'ready', trace: next };
    passIndex.value = Math.min(same ? passIndex.peek() : 0, next.passes.length - 1);
    if (same) return;
    playing.value = false;
    const node = model.value?.nodes.findIndex(each => name !== undefined && each.name === name);
    selectedNode.value = node === undefined || node < 0 ? undefined : node;
    step.value = stepCount.value;
  });
  chooseLeaf(found);
}

/** Where the program has no leaf of that name any more, the first that has a gradient. */
function chooseLeaf({ leaves }: PlayResult): void {
  const named = leaves.find(({ name }) => name === derivedLeaf.peek());
  if (named !== undefined && named.kind !== 'const') return;
  const first = leaves.find(({ kind, gradient }) => kind !== 'const' && gradient !== null);
  if (first !== undefined) deriveBy(first.name);
}

function fail(found: PlayProblem): void {
  problem.value = found;
  if (trace.peek() !== undefined) return;
  // Nothing to look at yet: the first preset shows the page, with the problem beside the program.
  const preset = presetOf(FIRST);
  void ask(preset?.program ?? '', { check: true }).then(answer => {
    if (answer?.result !== undefined) {
      show(answer.result);
      problem.value = found;
    } else {
      loading.value = {
        status: 'failed',
        message: 'The playground cannot run',
        detail: found.message,
      };
    }
  });
}

// Another pass of a training run: the derivation is about its numbers.
effect(() => {
  const current = pass.value?.step;
  const derived = result.value?.derivation?.step;
  if (trace.value !== shown || current === undefined || derived === undefined) return;
  if (derived !== current && playOpen.peek()) run();
});

// A leaf that is selected in the graph is the one that the derivation is for.
effect(() => {
  const name = model.value?.nodes[selectedNode.value ?? -1]?.name;
  const leaf = result.peek()?.leaves.find(each => each.name === name);
  if (trace.peek() !== shown || leaf === undefined || !playOpen.peek()) return;
  if (leaf.gradient !== null && leaf.name !== derivedLeaf.peek()) deriveBy(leaf.name);
});
