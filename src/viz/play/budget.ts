// Bounds on what a program of the playground may do, so that no text can hang the page or fill its memory.

import type { Watch } from '../../formula/expression.ts';
import { Tensor, Value } from '../../index.ts';

/** Elements of any one tensor. */
export const MOST_ELEMENTS = 10_000;
/** Ops of one run, all training steps together, and the elements that they make. */
const MOST_OPS = 2_000_000;
const MOST_WORK = 100_000_000;
/** Products of the sizes of what an op takes: more could not be a small program, and its result might not fit. */
const MOST_PAIRS = 2 ** 26;

/** Counts the work of one run and stops it when there is too much. */
export class Budget implements Watch {
  /** Ops so far. */
  ops = 0;
  private work = 0;

  before(name: string, inputs: readonly unknown[], options?: readonly unknown[]): void {
    this.ops++;
    if (this.ops > MOST_OPS) throw new Error('this is too much work for the playground');
    const tensors = inputs.flatMap(input => tensorsIn(input));
    const pairs = tensors.reduce((product, { size }) => product * Math.max(1, size), 1);
    const alike = tensors.every(({ shape }) => String(shape) === String(tensors[0]?.shape));
    if (pairs > MOST_PAIRS && !alike) throw tooLarge();
    if (options === undefined) return;
    checkSizes([...inputs, ...options]);
    // The one op whose number of elements is none of its numbers.
    if (name === 'arange') checkRange(inputs);
  }

  after(result: unknown): void {
    for (const { size } of tensorsIn(result)) {
      if (size > MOST_ELEMENTS) throw tooLarge();
      this.work += size;
    }
    if (this.work > MOST_WORK) throw new Error('this is too much work for the playground');
  }
}

function tooLarge(): Error {
  return new Error(`a tensor of the playground has at most ${MOST_ELEMENTS} elements`);
}

/** Sizes, paddings and counts: whole numbers, alone or in lists. Those below zero, as in a mask of −10⁹, are none. */
function checkSizes(given: readonly unknown[]): void {
  for (const item of given) {
    const numbers = Array.isArray(item) ? (item as readonly unknown[]) : [item];
    const product = numbers.reduce<number>(
      (sum, x) => (typeof x === 'number' && Number.isInteger(x) ? sum * Math.max(1, x) : sum),
      1,
    );
    if (product > MOST_ELEMENTS) throw tooLarge();
  }
}

function checkRange(inputs: readonly unknown[]): void {
  const [a = 0, b, step = 1] = inputs.map(Number);
  const length = b === undefined ? a : (b - a) / step;
  if (Math.abs(length) > MOST_ELEMENTS) throw tooLarge();
}

function tensorsIn(item: unknown): Tensor[] {
  if (item instanceof Tensor) return [item];
  if (Array.isArray(item)) return item.flatMap(part => tensorsIn(part));
  if (typeof item === 'object' && item !== null && !(item instanceof Value)) {
    return Object.values(item).filter(part => part instanceof Tensor);
  }
  return [];
}
