// Reading a lesson: the program of a step is run by the engine, and the view is put where the text says. What the reader
// does to the view meanwhile stays until the next step, or until it is put back.

import { batch, computed, effect, signal } from '@preact/signals';
import type { Trace } from '../../../../autograd/trace.ts';
import { lessonOf, lessons, programOf } from '../../../lessons/index.ts';
import type { LessonStep, LessonView } from '../../../lessons/lesson.ts';
import { lessonProgram } from '../../../lessons/programs.ts';
import { cardCalled, type Numbers, numbersOf, passPlace } from '../../../lessons/text.ts';
import { at } from '../../../model/model.ts';
import { encodeProgram } from '../../../model/play-address.ts';
import { presetOf } from '../../../play/presets.ts';
import { showTab } from '../../sheet.ts';
import {
  colourBy,
  fitAsked,
  folded,
  loading,
  passIndex,
  playback,
  playing,
  selectCard,
  selectedNode,
  step,
  stepCount,
  trace,
  wantedOpen,
} from '../../store.ts';
import { pinnedIndex } from '../compare/pinned.ts';
import { pathsOpen } from '../paths/state.ts';
import { ask } from '../playground/engine.ts';
import { openPlayground, playOpen } from '../playground/state.ts';
import { predicting } from '../predict/state.ts';
import { shown as shownTensor } from '../tensors/state.ts';
import { LESSONS_TAB, lessonAt, lessonId, lessonsOpen } from './state.ts';

/** The trace that was there before the lessons were opened. */
export const opened = signal<Trace | undefined>(undefined);
/** What the playground showed when the lessons were opened from there. */
let played: Trace | undefined;
/** What the engine said where the program of a step did not run. */
export const problem = signal('');

export const lesson = computed(() => lessonOf(lessonId.value));
export const lessonStep = computed(() => lesson.value?.steps[lessonAt.value]);
export const lessonNumber = computed(() => lessons.findIndex(({ id }) => id === lessonId.value));

/** The traces of the programs that have been run, by program. */
const traces = signal<ReadonlyMap<string, Trace>>(new Map());
const stepTrace = computed(() => {
  const [it, now] = [lesson.value, lessonStep.value];
  return it && now && traces.value.get(programOf(it, now));
});
/** The numbers of the texts; undefined until the program has run. */
export const numbers = computed<Numbers | undefined>(() =>
  stepTrace.value === undefined
    ? undefined
    : numbersOf(stepTrace.value, lessonStep.value?.pass ?? 0),
);

/** The view as the step has put it. */
const placed = signal<readonly unknown[] | undefined>(undefined);
/** Whether the reader has moved on from there by hand. */
export const strayed = computed(() => {
  const now = view();
  return placed.value?.some((part, k) => part !== now[k]) === true;
});

const view = (): readonly unknown[] => [
  ...[trace.value, passIndex.value, step.value, selectedNode.value],
  ...[folded.value, wantedOpen.value, colourBy.value, pathsOpen.value, predicting.value],
];

/** Shows the step that the address or the reader asked for. Called whenever the lessons are opened. */
export function begin(): void {
  if (playOpen.peek() && opened.peek() !== undefined) played = trace.peek();
  keepTrace();
  batch(() => {
    playOpen.value = false;
    if (lesson.peek() === undefined) lessonId.value = '';
    const last = Math.max(0, (lesson.peek()?.steps.length ?? 0) - 1);
    lessonAt.value = Math.min(lessonAt.peek(), last);
  });
  show();
}

/** A trace that is none of the lessons, nor made by the playground on the way, is the one to come back to. */
function keepTrace(): void {
  const now = trace.peek();
  if (now !== undefined && now !== played && ![...traces.peek().values()].includes(now))
    opened.value = now;
}

export function goToStep(place: number, id = lessonId.peek()): void {
  batch(() => {
    lessonId.value = id;
    lessonAt.value = place;
  });
  show();
}

/** The list of all lessons. */
export function goToList(): void {
  goToStep(0, '');
}

/** Where the next step is, or the one before: perhaps in another lesson. */
export function neighbour(by: 1 | -1): { id: string; place: number } | undefined {
  const place = lessonAt.value + by;
  if (lesson.value?.steps[place] !== undefined) return { id: lessonId.value, place };
  const next = lessons[lessonNumber.value + by];
  if (next === undefined || (lesson.value === undefined && by === -1)) return undefined;
  return { id: next.id, place: by === 1 ? 0 : next.steps.length - 1 };
}

export function turnPage(by: 1 | -1): void {
  const next = neighbour(by);
  if (next !== undefined) goToStep(next.place, next.id);
}

/** Puts the view where the step wants it. */
export function show(): void {
  const [it, now] = [lesson.peek(), lessonStep.peek()];
  problem.value = '';
  if (it === undefined || now === undefined) ready();
  else run(programOf(it, now), now);
}

function run(program: string, now: LessonStep): void {
  const known = traces.peek().get(program);
  if (known !== undefined) {
    place(known, now);
    return;
  }
  void ask(lessonProgram(program), {}).then(answer => {
    // Meanwhile the reader may have gone on, or closed the lessons.
    if (answer === undefined || lessonStep.peek() !== now || !lessonsOpen.peek()) return;
    if (answer.result === undefined) {
      fail(answer.problem.message);
      return;
    }
    traces.value = new Map(traces.peek()).set(program, answer.result.trace);
    place(answer.result.trace, now);
  });
}

/** The list of lessons needs a page to stand on: without a trace, that of the first one. */
function ready(): void {
  placed.value = undefined;
  if (trace.peek() !== undefined) return;
  const [first] = lessons;
  if (first === undefined) return;
  void ask(lessonProgram(first.program), {}).then(answer => {
    if (answer?.result === undefined || trace.peek() !== undefined) return;
    traces.value = new Map(traces.peek()).set(first.program, answer.result.trace);
    loading.value = { status: 'ready', trace: answer.result.trace };
  });
}

function place(found: Trace, wanted: LessonView): void {
  keepTrace();
  batch(() => {
    playing.value = false;
    pinnedIndex.value = undefined;
    loading.value = { status: 'ready', trace: found };
    passIndex.value = passPlace(found, wanted.pass ?? 0);
    folded.value = wanted.unfold !== true;
    // What was opened or closed in the trace before must not hide what the text speaks of.
    wantedOpen.value = undefined;
    colourBy.value = wanted.colour ?? 'gradient';
    shownTensor.value = wanted.shown ?? 'value';
    predicting.value = wanted.predict === true;
    pathsOpen.value = wanted.paths === true;
    selectedNode.value = nodeCalled(wanted.select);
    step.value = stepFor(wanted.at);
  });
  fitAsked.value++;
  placed.value = view();
  // The text stays in sight, whatever else the step has opened.
  showTab(LESSONS_TAB);
}

function nodeCalled(name: string | undefined): number | undefined {
  const current = playback.value;
  if (name === undefined || current === undefined) return undefined;
  return current.cards.cards[cardCalled(current, name)]?.node;
}

function stepFor(wanted: LessonView['at']): number {
  const current = playback.value;
  if (wanted === 0 || current === undefined) return 0;
  return wanted === undefined ? stepCount.value : at(current.firesAt, cardCalled(current, wanted));
}

/** Selects a card that a text points to, where it is in the picture. */
export function selectNamed(name: string): void {
  const current = playback.value;
  if (current === undefined) return;
  try {
    selectCard(cardCalled(current, name));
  } catch {
    // The reader has opened another trace: then the name means nothing here.
    show();
  }
}

/** Opens the program of the step in the playground, to be changed. */
export function editProgram(): void {
  const [it, now] = [lesson.peek(), lessonStep.peek()];
  if (it === undefined || now === undefined) return;
  const id = programOf(it, now);
  openPlayground(presetOf(id) === undefined ? encodeProgram(lessonProgram(id)) : `.${id}`, '');
}

/** Shows the trace again that was there before, and closes the lessons. */
export function back(): void {
  const before = opened.peek();
  batch(() => {
    lessonsOpen.value = false;
    predicting.value = false;
    pathsOpen.value = false;
    if (before === undefined) return;
    playing.value = false;
    passIndex.value = 0;
    step.value = 0;
    selectedNode.value = undefined;
    loading.value = { status: 'ready', trace: before };
  });
}

function fail(message: string): void {
  problem.value = message;
  if (trace.peek() !== undefined) return;
  loading.value = { status: 'failed', message: 'The lesson cannot be shown', detail: message };
}

// Both stand in the same place of the page.
effect(() => {
  if (playOpen.value) lessonsOpen.value = false;
});
