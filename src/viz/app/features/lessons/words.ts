// The words of the panel itself, in both languages.

import type { Both, Language } from '../../../lessons/lesson.ts';
import { formatCount } from '../../../model/format.ts';
import { ENGLISH, type PassWords } from '../../panels/pass-words.ts';

export const WORDS = {
  lessons: { en: 'Lessons', zh: '课程' },
  all: { en: 'all lessons', zh: '全部课程' },
  language: { en: 'Language', zh: '语言' },
  close: { en: 'Close the lessons', zh: '关闭课程' },
  steps: { en: 'Steps of the lesson', zh: '本课各步' },
  next: { en: 'next', zh: '下一步' },
  before: { en: 'previous', zh: '上一步' },
  nextLesson: { en: 'next lesson', zh: '下一课' },
  lessonBefore: { en: 'previous lesson', zh: '上一课' },
  strayed: { en: 'back to the step', zh: '回到这一步' },
  edit: { en: 'edit the program', zh: '编辑程序' },
  trace: { en: 'back to the trace', zh: '返回原来的计算记录' },
  running: { en: 'The engine is running the program …', zh: '引擎正在运行程序……' },
  failed: { en: 'The program of this step did not run:', zh: '这一步的程序无法运行：' },
  predict: {
    en: 'A question: answer it in the bar below.',
    zh: '有一道题：请在下方的栏中作答。',
  },
  intro: {
    en: 'From the derivative of x² to the Transformer. With each step the graph beside the text is set to what the step is about; every number in it is computed here and now.',
    zh: '从 x² 的导数讲到 Transformer。每读一步，旁边的图就转到文中所讲之处；文中的每个数都是当场算出来的。',
  },
} as const satisfies Readonly<Record<string, Both>>;

const CHINESE_PASSES: PassWords = {
  heading: '训练步',
  slider: '训练步',
  step: step => `第 ${formatCount(step)} 步`,
  pin: '固定为 A',
  unpin: pass => `取消固定 A（第 ${pass} 次）`,
  pinHint: '把当前这次固定为 A，再选另一次，看有什么变化',
  graph: '计算图',
  graphChoice: (graph, root, nodes, passes) =>
    `图 ${graph}：${root}，${formatCount(nodes)} 个节点，${formatCount(passes)} 次传播`,
  noLoss: '没有有限的损失值',
  logarithmic: '对数坐标',
  log: '对数',
  gap: passes => `${formatCount(passes)} 次传播的损失不是有限数`,
  curve: passes => `${formatCount(passes)} 次传播的损失曲线`,
  range: (least, most) => `从 ${least} 到 ${most}`,
  inLogarithms: '对数坐标',
  gaps: losses => `${formatCount(losses)} 个损失值不是有限数`,
  comma: '，',
};

/** The words of the section of the passes, which the lessons share with the rest of the page. */
export const PASS_WORDS: Readonly<Record<Language, PassWords>> = {
  en: ENGLISH,
  zh: CHINESE_PASSES,
};
