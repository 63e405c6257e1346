// What the tensor benchmarks do, in figures that every engine starts from: sizes, data, first weights.

import { random } from './graphs.ts';

/** A step that can be run again and again. */
export interface Program {
  /** Runs the step to its end. */
  run(): unknown;
  /** A number of the latest step by which engines are compared: a loss, or an element of the result. */
  value(): number | Promise<number>;
}

/** An engine under measurement. */
export interface Engine {
  readonly name: string;
  /** Makes this engine ready for what comes next. */
  activate(): unknown;
  /** Prepares a task; null where the engine cannot do it. */
  prepare(task: Task): Program | null;
}

/** One array of numbers with its shape. */
export interface Numbers {
  readonly data: Float32Array;
  readonly shape: number[];
}

export type Task =
  | { readonly kind: 'matmul'; readonly a: Numbers; readonly b: Numbers }
  | { readonly kind: 'chain'; readonly x: Numbers; readonly y: Numbers }
  | Training;

/** A training step: inputs x, targets as rows of ones and zeros, and the first weights. */
export interface Training {
  readonly kind: 'mlp' | 'cnn' | 'transformer';
  readonly x: Numbers;
  readonly target: Numbers;
  readonly weights: readonly Numbers[];
}

/** Steps of plain gradient descent. */
export const RATE = 0.05;
/** Heads of the attention of the transformer layer. */
export const HEADS = 4;
export const EPSILON = 1e-5;

const next = random(7);

function numbers(scale: number, ...shape: number[]): Numbers {
  const size = shape.reduce((a, b) => a * b, 1);
  return { data: Float32Array.from({ length: size }, () => scale * (2 * next() - 1)), shape };
}

function same(value: number, ...shape: number[]): Numbers {
  const size = shape.reduce((a, b) => a * b, 1);
  return { data: new Float32Array(size).fill(value), shape };
}

/** Weights as layers start with: uniform, by the number of inputs. */
function layer(inputs: number, ...shape: number[]): Numbers {
  return numbers(1 / Math.sqrt(inputs), ...shape);
}

function classes(rows: number, count: number): Numbers {
  const target = same(0, rows, count);
  for (let row = 0; row < rows; row++) target.data[row * count + (row % count)] = 1;
  return target;
}

/** Products of square matrices. */
export function matmul(n: number): Task {
  return { kind: 'matmul', a: numbers(1, n, n), b: numbers(1, n, n) };
}

/** Σ exp(−x²)·tanh(relu(x·y + x)) and its gradient by x. */
export function chain(n: number): Task {
  return { kind: 'chain', x: numbers(2, n), y: numbers(2, n) };
}

/** 784 → 128 → 10, batch of 64. */
export function mlp(): Training {
  return {
    kind: 'mlp',
    x: numbers(1, 64, 784),
    target: classes(64, 10),
    weights: [layer(784, 784, 128), same(0, 128), layer(128, 128, 10), same(0, 10)],
  };
}

/** Images of 16 × 16: two convolutions of 3 × 3 with maximum pools of 2 × 2 (8 and 16 channels), then 10 classes. */
export function cnn(): Training {
  return {
    kind: 'cnn',
    x: numbers(1, 32, 1, 16, 16),
    target: classes(32, 10),
    weights: [layer(9, 8, 1, 3, 3), layer(72, 16, 8, 3, 3), layer(256, 256, 10), same(0, 10)],
  };
}

/** One encoder layer: 8 sequences of 32 places, 64 features, 4 heads, 128 hidden; squared error. */
export function transformer(): Training {
  const [batch, length, width, hidden] = [8, 32, 64, 128];
  const square = (): Numbers => layer(width, width, width);
  return {
    kind: 'transformer',
    x: numbers(1, batch, length, width),
    target: numbers(1, batch, length, width),
    weights: [
      ...[square(), square(), square(), square()],
      ...[same(1, width), same(0, width)],
      ...[
        layer(width, width, hidden),
        same(0, hidden),
        layer(hidden, hidden, width),
        same(0, width),
      ],
      ...[same(1, width), same(0, width)],
    ],
  };
}
