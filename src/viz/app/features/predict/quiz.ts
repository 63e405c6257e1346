// The quiz of predict mode: what is asked at a step, what was answered in this pass, and what is kept secret until then.

import { batch, computed, effect, signal } from '@preact/signals';
import {
  isSecret,
  judge,
  type Question,
  questionKey,
  questionsAt,
  type Verdict,
} from '../../../model/predict.ts';
import { playback, secretEdges, step } from '../../store.ts';
import { predicting } from './state.ts';

/** How an answer came about: at the first try, after some, with the hint, or not by the learner at all. */
export type Outcome = 'first' | 'later' | 'hinted' | 'shown';

/** The outcomes by the key of the question; they belong to one pass over one set of cards. */
export const answers = signal<ReadonlyMap<string, Outcome>>(new Map());
export const verdict = signal<Verdict | undefined>(undefined);
export const hinted = signal(false);
const tries = signal(0);

export const questions = computed(() =>
  predicting.value && playback.value !== undefined && step.value >= 0
    ? questionsAt(playback.value, step.value)
    : [],
);

/** The question that is asked now; undefined once all of the step are answered. */
export const question = computed(() =>
  questions.value.find(it => !answers.value.has(questionKey(it))),
);

/** A new pass, and cards folded in another way, are a new quiz. */
effect(() => {
  playback.value;
  batch(() => {
    answers.value = new Map();
    clear();
  });
});

/** What was said about an answer is over when time moves on. */
effect(() => {
  step.value;
  predicting.value;
  clear();
});

effect(() => {
  const current = playback.value;
  const [on, known, t] = [predicting.value, answers.value, step.value];
  secretEdges.value =
    on && current !== undefined
      ? edge => isSecret(current, edge, t, it => known.has(`local ${it}`))
      : undefined;
});

export function answer(it: Question, text: string): void {
  const current = playback.value;
  if (current === undefined) return;
  const judged = judge(current, it, step.value, text);
  batch(() => {
    verdict.value = judged;
    if (!judged.read) return;
    if (!judged.right) tries.value++;
    else settle(it, hinted.value ? 'hinted' : tries.value > 0 ? 'later' : 'first');
  });
}

export function reveal(it: Question): void {
  batch(() => {
    verdict.value = undefined;
    settle(it, 'shown');
  });
}

export function startAgain(): void {
  batch(() => {
    answers.value = new Map();
    clear();
  });
}

function settle(it: Question, outcome: Outcome): void {
  answers.value = new Map(answers.value).set(questionKey(it), outcome);
  tries.value = 0;
  hinted.value = false;
}

function clear(): void {
  verdict.value = undefined;
  tries.value = 0;
  hinted.value = false;
}
