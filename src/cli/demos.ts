// The demos that `seegrad demo` can run. Adding one adds a line here.

import type { Trace } from '../index.ts';
import { backpropagation } from './demo-backpropagation.ts';
import type { Style } from './terminal.ts';

/** What a demo prints and what the viewer shows. */
export interface DemoResult {
  title: string;
  lines: string[];
  trace: Trace;
}

/** A program that shows something. */
export interface Demo {
  readonly name: string;
  readonly about: string;
  run(style: Style): DemoResult;
}

/** All demos; the first is the one that runs unless another is named. */
export const demos: readonly [Demo, ...Demo[]] = [
  {
    name: 'backpropagation',
    about: 'a network of sigmoid neurons, differentiated by hand and by the backward pass',
    run: backpropagation,
  },
];
