// The gradient of a node beside what finite differences make of it, where a trace has them.

import { type TracePass, traceNumber } from '../../autograd/trace.ts';
import type { Model } from './model.ts';
import { nodeGradient, nodeValue } from './playback.ts';

export interface Check {
  readonly gradient: number;
  /** The estimate of finite differences. */
  readonly estimate: number;
  /** |gradient − estimate| over the larger of the two; 0 where both are 0. */
  readonly relative: number;
  /** Up to which relative difference the two agree. */
  readonly tolerance: number;
  /** `unclear` where rounding is no small part of the gradient, so that differences tell little of it. */
  readonly verdict: 'agrees' | 'differs' | 'unclear';
}

/** The estimates are made in double precision, whatever the gradients were computed in. */
const TOLERANCE = { single: 1e-3, double: 1e-6 };

/** Differences of the loss below this part of what a number on the way contributes to it are rounding, and no slope. */
const NOISE = 1e-11;

/** Where rounding is a larger part of a gradient than this, that differences come near it says little. */
const TELLING = 0.01;

/** The check of a node; undefined where the trace has none. */
export function checkOf(model: Model, pass: TracePass, node: number): Check | undefined {
  const check = pass.checks?.[node];
  const gradient = nodeGradient(pass, node);
  if (check === undefined || check === null || gradient === null) return undefined;
  const estimate = traceNumber(check);
  const difference = Math.abs(gradient - estimate);
  const size = Math.max(Math.abs(gradient), Math.abs(estimate));
  const relative = size === 0 ? 0 : difference / size;
  const single = model.nodes[node]?.dtype === 'float32';
  const tolerance = single ? TOLERANCE.single : TOLERANCE.double;
  const verdict = (): Check['verdict'] => {
    if (Object.is(gradient, estimate) || relative <= tolerance) return 'agrees';
    const noise = noiseOf(model, pass, node);
    if (!(difference <= noise)) return 'differs';
    return gradient === 0 || noise <= TELLING * Math.abs(gradient) ? 'agrees' : 'unclear';
  };
  return { gradient, estimate, relative, tolerance, verdict: verdict() };
}

/** How far the estimate may be off because the numbers between a node and the loss are rounded. */
function noiseOf({ nodes, root }: Model, pass: TracePass, node: number): number {
  const depends = new Set([node]);
  let largest = Math.abs(nodeValue(pass, root));
  // Inputs stand before what is made of them.
  for (let id = node + 1; id < nodes.length; id++) {
    if (!nodes[id]?.inputs.some(input => depends.has(input))) continue;
    depends.add(id);
    const part = Math.abs(nodeValue(pass, id) * (nodeGradient(pass, id) ?? 0));
    if (Number.isFinite(part)) largest = Math.max(largest, part);
  }
  return NOISE * largest;
}
