// What the section of the passes says, so that the lessons can say it in the language of their reader.

import { formatCount, plural } from '../../model/format.ts';

/** The words of the section, and of the curve in it. Numbers come in as they are written. */
export interface PassWords {
  readonly heading: string;
  readonly slider: string;
  readonly step: (step: number) => string;
  readonly pin: string;
  readonly unpin: (pass: number) => string;
  readonly pinHint: string;
  readonly graph: string;
  readonly graphChoice: (graph: number, root: string, nodes: number, passes: number) => string;
  readonly noLoss: string;
  readonly logarithmic: string;
  readonly log: string;
  readonly gap: (passes: number) => string;
  /** What the curve shows, for those who do not see it: a sentence in parts. */
  readonly curve: (passes: number) => string;
  readonly range: (least: string, most: string) => string;
  readonly inLogarithms: string;
  readonly gaps: (losses: number) => string;
  readonly comma: string;
}

export const ENGLISH: PassWords = {
  heading: 'Passes',
  slider: 'Pass',
  step: step => `step ${formatCount(step)}`,
  pin: 'pin as A',
  unpin: pass => `unpin A (pass ${pass})`,
  pinHint: 'Pin this pass as A, then choose another one to see what changed',
  graph: 'Graph',
  graphChoice: (graph, root, nodes, passes) =>
    `graph ${graph}: ${root}, ${formatCount(nodes)} nodes, ${plural(passes, 'pass', 'passes')}`,
  noLoss: 'no finite loss',
  logarithmic: 'Logarithmic scale',
  log: 'log',
  gap: passes => `${plural(passes, 'pass', 'passes')} with a loss that is not finite`,
  curve: passes => `Loss over ${plural(passes, 'pass', 'passes')}`,
  range: (least, most) => `from ${least} to ${most}`,
  inLogarithms: 'logarithmic',
  gaps: losses => `${plural(losses, 'loss', 'losses')} not finite`,
  comma: ', ',
};
