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
  readonly agrees: boolean;
}

/** The estimates are made in double precision, whatever the gradients were computed in. */
const TOLERANCE = { single: 1e-3, double: 1e-6 };

/** Differences of the loss below this part of it are rounding, and no slope. */
const NOISE = 1e-11;

/** The check of a node; undefined where the trace has none. */
export function checkOf({ nodes, root }: Model, pass: TracePass, node: number): Check | undefined {
  const check = pass.checks?.[node];
  const gradient = nodeGradient(pass, node);
  if (check === undefined || check === null || gradient === null) return undefined;
  const estimate = traceNumber(check);
  const difference = Math.abs(gradient - estimate);
  const size = Math.max(Math.abs(gradient), Math.abs(estimate));
  const relative = size === 0 ? 0 : difference / size;
  const tolerance = nodes[node]?.dtype === 'float32' ? TOLERANCE.single : TOLERANCE.double;
  const noise = NOISE * Math.abs(nodeValue(pass, root));
  const agrees = Object.is(gradient, estimate) || relative <= tolerance || difference <= noise;
  return { gradient, estimate, relative, tolerance, agrees };
}
