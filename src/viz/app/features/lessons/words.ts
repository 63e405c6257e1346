// The words of the panel itself, in both languages.

import type { Both } from '../../../lessons/lesson.ts';

export const WORDS = {
  lessons: { en: 'Lessons', zh: '课程' },
  all: { en: 'all lessons', zh: '全部课程' },
  language: { en: 'Language', zh: '语言' },
  close: { en: 'Close the lessons', zh: '关闭课程' },
  steps: { en: 'Steps of the lesson', zh: '本课各步' },
  next: { en: 'next', zh: '下一步' },
  before: { en: 'back', zh: '上一步' },
  nextLesson: { en: 'next lesson', zh: '下一课' },
  lessonBefore: { en: 'lesson before', zh: '上一课' },
  strayed: { en: 'back to the step', zh: '回到这一步' },
  edit: { en: 'edit the program', zh: '编辑程序' },
  trace: { en: 'back to the trace', zh: '回到原来的记录' },
  running: { en: 'The engine is running the program …', zh: '引擎正在运行程序……' },
  failed: { en: 'The program of this step did not run:', zh: '这一步的程序无法运行：' },
  predict: {
    en: 'A question: answer it in the bar below.',
    zh: '有一道题：请在下方的栏中作答。',
  },
  intro: {
    en: 'From the derivative of x² to the Transformer. Each step of a text sets the graph beside it; every number in it is computed here and now.',
    zh: '从 x² 的导数讲到 Transformer。文字的每一步都会设置旁边的图；文中的每个数都是当场算出来的。',
  },
} as const satisfies Readonly<Record<string, Both>>;
