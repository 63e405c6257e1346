// Elementwise kernels: one loop per rule and combination of element types, generated so that the rule is compiled into it.

import { allocate, broadcastTo, fromData, type NDArray } from './array.ts';
import type { DType, TypedArray } from './dtype.ts';
import { type Shape, sameShape } from './shape.ts';
import { eachRow, merge } from './walk.ts';

/** A function of numbers. */
export type Rule = (...x: number[]) => number;

/** Runs a rule over a row of `n` elements: out, its first place, then for each input data, first place and step. */
type Loop = (n: number, out: TypedArray, o: number, ...inputs: (TypedArray | number)[]) => void;

const loops = new WeakMap<Rule, Map<string, Loop>>();

/** Runs a rule over `n` elements of arrays without gaps, and of numbers that stand still. */
type FlatLoop = (n: number, out: TypedArray, ...inputs: (TypedArray | number)[]) => void;

const flatLoops = new WeakMap<Rule, Map<number, FlatLoop>>();

/** Digits of the key of a flat loop: one for the result, then one for each input. */
const CODES: Readonly<Record<DType, number>> = { float32: 1, float64: 2, int32: 3, bool: 4 };
/** The digit of a single number. */
const PLAIN = 0;
const RADIX = 5;
/** Elements of one turn of a flat loop: V8 looks up the memory of an array at the start of each turn. */
const TURN = 8;

/** `rule` at each element of the inputs (plain numbers stand for themselves), which stretch to `shape`. */
export function mapArrays(
  rule: Rule,
  inputs: readonly (NDArray | number)[],
  shape: Shape,
  dtype: DType,
): NDArray {
  const out = allocate(shape, dtype);
  mapInto(out, rule, inputs);
  return out;
}

/** Writes `rule` at each element of the inputs to `out`, which may be one of the inputs. */
export function mapInto(out: NDArray, rule: Rule, inputs: readonly (NDArray | number)[]): void {
  if (out.size === 0 || mapFlat(out, rule, inputs)) return;
  const arrays = inputs.map(x =>
    broadcastTo(typeof x === 'number' ? fromData(Float64Array.of(x), [], 'float64') : x, out.shape),
  );
  const all = [out, ...arrays];
  const walk = merge(out.shape, all);
  const starts = all.map(array => array.offset);
  const { length, steps } = walk;
  const outStep = steps[0] as number;
  if (length > 1 && outStep !== 1) {
    strided(out, rule, arrays);
    return;
  }
  const loop = loopFor(rule, out.dtype, arrays, steps);
  const args: (TypedArray | number)[] = [];
  arrays.forEach((array, k) => void args.push(array.data, 0, steps[k + 1] as number));
  eachRow(walk, starts, places => {
    for (let k = 0; k < arrays.length; k++) args[3 * k + 1] = places[k + 1] as number;
    loop(length, out.data, places[0] as number, ...args);
  });
}

/**
 * The usual case: all arrays have the shape of the result and no gaps, or are single numbers. Small tensors are most of a
 * network, so nothing is built on the way. False where it is another case.
 */
function mapFlat(out: NDArray, rule: Rule, inputs: readonly (NDArray | number)[]): boolean {
  if (!out.contiguous) return false;
  let key = CODES[out.dtype];
  for (const x of inputs) {
    if (typeof x === 'number') key = key * RADIX + PLAIN;
    else if (x.size === 1 && x.rank <= out.rank) key = key * RADIX + PLAIN;
    else if (x.contiguous && sameShape(x.shape, out.shape)) key = key * RADIX + CODES[x.dtype];
    else return false;
  }
  let known = flatLoops.get(rule);
  if (known === undefined) {
    known = new Map();
    flatLoops.set(rule, known);
  }
  let loop = known.get(key);
  if (loop === undefined) {
    loop = makeFlatLoop(rule, key, inputs.length, out.dtype === 'bool');
    known.set(key, loop);
  }
  const { size } = out;
  const y = flatView(out);
  const [a = 0, b = 0] = inputs;
  if (inputs.length === 1) loop(size, y, flatInput(a, size));
  else if (inputs.length === 2) loop(size, y, flatInput(a, size), flatInput(b, size));
  else loop(size, y, ...inputs.map(x => flatInput(x, size)));
  return true;
}

/** An array without gaps as a typed array that starts at its first element; a single number as a number. */
function flatInput(x: NDArray | number, size: number): TypedArray | number {
  if (typeof x === 'number') return x;
  return x.size === 1 && size >= 1 ? x.item() : flatView(x);
}

function flatView({ data, offset, size }: NDArray): TypedArray {
  return offset === 0 ? data : data.subarray(offset, offset + size);
}

/** For an output with gaps: computed aside, then copied. */
function strided(out: NDArray, rule: Rule, arrays: readonly NDArray[]): void {
  const aside = mapArrays(rule, arrays, out.shape, out.dtype);
  const walk = merge(out.shape, [out, aside]);
  const [to = 0, from = 0] = walk.steps;
  eachRow(walk, [out.offset, aside.offset], ([o = 0, a = 0]) => {
    for (let i = 0; i < walk.length; i++) {
      out.data[o + i * to] = aside.data[a + i * from] as number;
    }
  });
}

function loopFor(
  rule: Rule,
  dtype: DType,
  arrays: readonly NDArray[],
  steps: readonly number[],
): Loop {
  let known = loops.get(rule);
  if (known === undefined) {
    known = new Map();
    loops.set(rule, known);
  }
  const strides = arrays.map((_, k) => {
    const step = steps[k + 1] as number;
    return step === 0 || step === 1 ? step : 2;
  });
  let key: string = dtype;
  arrays.forEach((array, k) => {
    key += ` ${array.dtype}${strides[k]}`;
  });
  let loop = known.get(key);
  if (loop === undefined) {
    loop = makeLoop(rule, strides, dtype === 'bool');
    known.set(key, loop);
  }
  return loop;
}

/**
 * Compiles a loop of its own for a rule, so that the JavaScript engine puts the rule into it. The text depends on nothing
 * but the number of inputs and whether they stand still, go on by one or by more. Where a page forbids generated code, a
 * shared loop does the same more slowly.
 */
function makeLoop(rule: Rule, strides: readonly (0 | 1 | 2)[], bool: boolean): Loop {
  const all = (write: (stride: number, k: number) => string): string[] => strides.map(write);
  const input = (u: number, stride: number, k: number): string =>
    [`v${k}`, `x${k}[p${k} + ${u}]`, `x${k}[p${k} + ${u} * s${k}]`][stride] as string;
  const store = (u: number): string => {
    const call = `f(${all((stride, k) => input(u, stride, k)).join(', ')})`;
    return `y[o + ${u}] = ${bool ? `${call} !== 0 ? 1 : 0` : call};`;
  };
  const bump = (by: number): string =>
    [`o += ${by}`, ...all((_, k) => `p${k} += ${by} * s${k}`)].join(', ');
  const turn = Array.from({ length: TURN }, (_, u) => store(u)).join(' ');
  const text =
    `return (n, y, o, ${all((_, k) => `x${k}, p${k}, s${k}`).join(', ')}) => { ` +
    `${all((stride, k) => (stride === 0 ? `const v${k} = x${k}[p${k}]; ` : '')).join('')}` +
    `const end = o + n; for (const last = end - ${TURN}; o <= last; ${bump(TURN)}) { ${turn} } ` +
    `for (; o < end; ${bump(1)}) ${store(0)} }`;
  try {
    return generated(text, rule) as Loop;
  } catch {
    return sharedLoop(rule, strides.length, bool);
  }
}

let made = 0;

/**
 * What the text makes of a rule `f`. V8 keeps one function for one text, with what it has learnt about its calls: were two
 * texts the same, their rules would count as one call with many targets, and none would be compiled into its loop.
 */
function generated(text: string, rule: Rule): unknown {
  return new Function('f', `${text} // ${made++}`)(rule);
}

/** Compiles a flat loop. Its text depends on nothing but which inputs are arrays. */
function makeFlatLoop(rule: Rule, key: number, inputs: number, bool: boolean): FlatLoop {
  const array: boolean[] = [];
  for (let rest = key, k = inputs - 1; k >= 0; k--, rest = Math.floor(rest / RADIX)) {
    array[k] = rest % RADIX !== PLAIN;
  }
  const names = array.map((_, k) => `x${k}`);
  const store = (i: string): string => {
    const call = `f(${names.map((name, k) => (array[k] ? `${name}[${i}]` : name)).join(', ')})`;
    return `y[${i}] = ${bool ? `${call} !== 0 ? 1 : 0` : call};`;
  };
  const turn = Array.from({ length: TURN }, (_, u) => store(u === 0 ? 'i' : `i + ${u}`)).join(' ');
  const text =
    `return (${['n', 'y', ...names].join(', ')}) => { let i = 0; ` +
    `for (const last = n - ${TURN}; i <= last; i += ${TURN}) { ${turn} } ` +
    `for (; i < n; i++) ${store('i')} }`;
  try {
    return generated(text, rule) as FlatLoop;
  } catch {
    const loop = sharedLoop(rule, inputs, bool);
    return (n, y, ...all) => {
      const args = all.map(x => (typeof x === 'number' ? [Float64Array.of(x), 0, 0] : [x, 0, 1]));
      loop(n, y, 0, ...args.flat());
    };
  }
}

function sharedLoop(rule: Rule, inputs: number, bool: boolean): Loop {
  return (n, out, o, ...rest) => {
    const x = new Array<number>(inputs);
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < inputs; k++) {
        const at = (rest[3 * k + 1] as number) + i * (rest[3 * k + 2] as number);
        x[k] = (rest[3 * k] as TypedArray)[at] as number;
      }
      const y = rule(...x);
      out[o + i] = bool ? Number(y !== 0) : y;
    }
  };
}

const same: Rule = x => x as number;

/** A copy without gaps. */
export function copyOf(array: NDArray): NDArray {
  if (!array.contiguous) return mapArrays(same, [array], array.shape, array.dtype);
  const out = allocate(array.shape, array.dtype);
  out.data.set(array.data.subarray(array.offset, array.offset + array.size));
  return out;
}

/** The array itself where its elements follow each other, else a copy. */
export function contiguous(array: NDArray): NDArray {
  return array.contiguous ? array : copyOf(array);
}

/** The elements in order as one typed array; not a copy where the array has no gaps. */
export function flatData(array: NDArray): TypedArray {
  const whole = contiguous(array);
  return whole.offset === 0 && whole.data.length === whole.size
    ? whole.data
    : whole.data.subarray(whole.offset, whole.offset + whole.size);
}

const cut: Rule = x => Math.trunc(x as number);

/** The array with another element type: floats are cut to integers towards zero, anything but 0 becomes true. */
export function cast(array: NDArray, dtype: DType): NDArray {
  if (array.dtype === dtype) return array;
  return mapArrays(dtype === 'int32' ? cut : same, [array], array.shape, dtype);
}

/** Writes the elements of `from`, stretched, to `to`. */
export function copyInto(to: NDArray, from: NDArray): void {
  mapInto(to, to.dtype === 'int32' ? cut : same, [from]);
}
