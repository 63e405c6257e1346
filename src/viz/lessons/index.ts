// The lessons, in the order of the tutorial.

import { backpropagation } from './backpropagation.ts';
import { bitmaps } from './bitmaps.ts';
import { convolution } from './convolution.ts';
import { derivatives } from './derivatives.ts';
import type { Lesson, LessonStep } from './lesson.ts';
import { libtorch } from './libtorch.ts';
import { networks } from './networks.ts';
import { pooling } from './pooling.ts';
import { transformer } from './transformer.ts';

export const lessons: readonly Lesson[] = [
  derivatives,
  backpropagation,
  bitmaps,
  convolution,
  pooling,
  networks,
  transformer,
  libtorch,
];

export function lessonOf(id: string): Lesson | undefined {
  return lessons.find(lesson => lesson.id === id);
}

/** The program of a step. */
export function programOf(lesson: Lesson, step: LessonStep): string {
  return step.program ?? lesson.program;
}
