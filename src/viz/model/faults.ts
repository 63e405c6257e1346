// What is not finite in a pass, number by number and, where the trace has them, element by element; and which elements an op
// read to make an element of its result, so that an ∞ which arises can be told from one that was there before.

import type { TraceNumber, TracePass, TraceTensor } from '../../autograd/trace.ts';
import { traceNumber } from '../../autograd/trace.ts';
import { at, type Model, opOf } from './model.ts';
import { type TensorWindow, termsThrough, windowOf } from './windows.ts';

/** What is wrong with a number or a tensor. */
export interface Fault {
  readonly count: number;
  readonly nan: boolean;
}

export const FINE: Fault = { count: 0, nan: false };

/** What is wrong with the values and gradients of a pass by node, and with its contributions by edge. */
export interface Faults {
  readonly values: readonly Fault[];
  readonly gradients: readonly Fault[];
  readonly parts: readonly Fault[];
}

function faultsOf(model: Model, pass: TracePass): Faults {
  const { tensors } = pass;
  return {
    values: model.nodes.map((_, i) => faultOf(pass.values[i], tensors?.values[i])),
    gradients: model.nodes.map((_, i) => faultOf(pass.gradients[i], tensors?.gradients[i])),
    parts: Array.from(model.consumerOf, (_, e) =>
      faultOf(pass.contributions[e], tensors?.contributions[e]),
    ),
  };
}

function faultOf(x: TraceNumber | null | undefined, tensor: TraceTensor | null | undefined): Fault {
  if (tensor) {
    if (tensor.nonfinite === 0) return FINE;
    // The norm of a tensor with a NaN in it is NaN; with infinities alone it is ∞.
    return { count: tensor.nonfinite, nan: Number.isNaN(traceNumber(tensor.norm)) };
  }
  if (x === null || x === undefined) return FINE;
  const number = traceNumber(x);
  return Number.isFinite(number) ? FINE : { count: 1, nan: Number.isNaN(number) };
}

/** All elements of a value, a gradient or a contribution; undefined where the trace has them not. */
export function elementsOf(
  x: TraceNumber | null | undefined,
  tensor: TraceTensor | null | undefined,
): readonly TraceNumber[] | undefined {
  if (tensor) return tensor.data;
  return x === null || x === undefined ? undefined : [x];
}

/** The place of the element that an elementwise op reads, with broadcasting, for element `index` of its result. */
export function placeRead(to: readonly number[], from: readonly number[], index: number): number {
  let rest = index;
  let place = 0;
  let stride = 1;
  for (let d = to.length - 1, k = from.length - 1; k >= 0; d--, k--) {
    const size = Math.max(1, to[d] ?? 1);
    const own = from[k] ?? 1;
    if (own !== 1) place += (rest % size) * stride;
    rest = Math.floor(rest / size);
    stride *= own;
  }
  return place;
}

export function isSameShape(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((size, k) => size === other[k]);
}

/** What an element can be: NaN is worse than infinite. */
const NAN = 2;
const INFINITE = 1;

/** Windows are searched for so many elements of a pass; of the rest it cannot be told what they were made from. */
const MOST_SEARCHES = 500;

const known = new WeakMap<TracePass, Elements>();

/** The elements of a pass, looked through once. */
export function elementsIn(model: Model, pass: TracePass): Elements {
  const elements = known.get(pass) ?? new Elements(model, pass);
  known.set(pass, elements);
  return elements;
}

/** The values of a pass, element by element. */
export class Elements {
  readonly faults: Faults;
  private readonly bad = new Map<number, Uint8Array | undefined>();
  /** For each node looked at how many of its elements are finite, infinite, NaN. */
  private readonly tallies = new Map<number, readonly number[]>();
  private readonly windows = new Map<number, TensorWindow | undefined>();
  /** Without tensors every value is its only element, which is quicker said. */
  private readonly single: boolean;
  private searches = 0;
  private readonly model: Model;
  private readonly pass: TracePass;

  constructor(model: Model, pass: TracePass) {
    this.model = model;
    this.pass = pass;
    this.faults = faultsOf(model, pass);
    this.single = pass.tensors === undefined;
  }

  /** The elements of a value that are not finite and follow from nothing that its op read; undefined where that cannot be told. */
  arising(node: number): readonly number[] | undefined {
    if (this.single) return this.arisesAlone(node) ? [0] : [];
    const bad = this.badElements(node);
    if (bad === undefined) return undefined;
    const sources = (this.model.nodes[node]?.inputs ?? []).map((input, k) => ({ input, k }));
    const faulty = sources.filter(({ input }) => this.count(input) > 0);
    const found: number[] = [];
    bad.forEach((state, index) => {
      if (state === 0) return;
      const known = faulty.some(({ input, k }) => this.explains(node, index, k, input, state));
      if (!known) found.push(index);
    });
    return found;
  }

  /** Whether an element of a result that is not finite was made from one of this input that is not; true where in doubt. */
  reaches(node: number, k: number): boolean {
    const input = this.model.nodes[node]?.inputs[k] ?? -1;
    if (this.count(input) === 0) return false;
    if (this.single) return true;
    const bad = this.badElements(node);
    if (bad === undefined) return true;
    return bad.some((state, index) => state > 0 && this.explains(node, index, k, input, INFINITE));
  }

  /**
   * Whether a contribution of this op that is not finite stands where an element of input `k` is not (without `k`, where one of
   * its result is not); true where in doubt. Asked of ops only that have such contributions.
   */
  disturbs(node: number, k: number | undefined): boolean {
    const { nodes, offsets, inputOf } = this.model;
    const input = k === undefined ? node : (nodes[node]?.inputs[k] ?? -1);
    if (this.single) return this.count(input) > 0;
    const shape = nodes[node]?.shape ?? [];
    if (opOf(this.model, node)?.structured === true) return true;
    for (let e = at(offsets, node); e < at(offsets, node + 1); e++) {
      if ((this.faults.parts[e]?.count ?? 0) === 0) continue;
      const part = elementsOf(this.pass.contributions[e], this.pass.tensors?.contributions[e]);
      const bad = this.badElements(input);
      const own = nodes[at(inputOf, e)]?.shape ?? [];
      if (part === undefined || bad === undefined || !isSameShape(own, shape)) return true;
      const from = nodes[input]?.shape ?? [];
      const found = part.some(
        (x, index) => stateOf(x) > 0 && (bad[placeRead(shape, from, index)] ?? 0) > 0,
      );
      if (found) return true;
    }
    return false;
  }

  /**
   * The elements of the contribution along edge `e` that are not finite though all that its rule read there is; undefined where
   * that cannot be told.
   */
  arisingParts(node: number, e: number): readonly number[] | undefined {
    const { nodes, inputOf } = this.model;
    const shape = nodes[node]?.shape ?? [];
    const own = nodes[at(inputOf, e)]?.shape ?? [];
    const { contributions, gradients, tensors } = this.pass;
    const part = elementsOf(contributions[e], tensors?.contributions[e]);
    const upstream = elementsOf(gradients[node], tensors?.gradients[node]);
    if (part === undefined || upstream === undefined || !isSameShape(own, shape)) return undefined;
    if (opOf(this.model, node)?.structured === true) return undefined;
    const read = [node, ...(nodes[node]?.inputs ?? [])].map(it => ({
      bad: this.badElements(it),
      shape: nodes[it]?.shape ?? [],
    }));
    if (read.some(({ bad }) => bad === undefined)) return undefined;
    return part.flatMap((x, index) => {
      const sick =
        stateOf(upstream[index] ?? 0) > 0 ||
        read.some(({ bad, shape: from }) => (bad?.[placeRead(shape, from, index)] ?? 0) > 0);
      return stateOf(x) > 0 && !sick ? [index] : [];
    });
  }

  /** The elements of input `k` that an element of a result was made from; undefined where that cannot be told. */
  read(node: number, index: number, k: number): readonly number[] | undefined {
    const { nodes } = this.model;
    const input = nodes[nodes[node]?.inputs[k] ?? -1];
    if (opOf(this.model, node)?.structured !== true) {
      return [placeRead(nodes[node]?.shape ?? [], input?.shape ?? [], index)];
    }
    const window = this.windows.has(node) ? this.windows.get(node) : windowOf(nodes, node);
    this.windows.set(node, window);
    if (window === undefined) return undefined;
    const { terms, cut } = termsThrough(window, 0, index);
    return cut
      ? undefined
      : [...new Set(terms.map(term => term[k + 1] ?? -1))].filter(at => at >= 0);
  }

  /** Follows what is not finite back to the infinite constant that it comes from; undefined where it comes from elsewhere. */
  constantBehind(node: number, index: number | undefined): number | undefined {
    let [now, place] = [node, index];
    for (;;) {
      const inputs = this.model.nodes[now]?.inputs ?? [];
      if (inputs.length === 0) return isConstant(this.model, this.pass, now) ? now : undefined;
      const next = this.sourceOf(now, place);
      if (next === undefined) return undefined;
      [now, place] = [next.input, next.place];
    }
  }

  private sourceOf(
    node: number,
    index: number | undefined,
  ): { input: number; place: number | undefined } | undefined {
    for (const [k, input] of (this.model.nodes[node]?.inputs ?? []).entries()) {
      if (this.count(input) === 0) continue;
      const bad = this.badElements(input);
      const read = index === undefined || bad === undefined ? undefined : this.read(node, index, k);
      if (read === undefined) return { input, place: undefined };
      const place = read.find(other => (bad?.[other] ?? 0) > 0);
      if (place !== undefined) return { input, place };
    }
    return undefined;
  }

  /** For each element of a value whether it is finite (0), infinite (1) or NaN (2); undefined where the trace has them not. */
  badElements(node: number): Uint8Array | undefined {
    if (this.bad.has(node)) return this.bad.get(node);
    const data = elementsOf(this.pass.values[node], this.pass.tensors?.values[node]);
    const bad = data && Uint8Array.from(data, stateOf);
    this.bad.set(node, bad);
    const tally = [0, 0, 0];
    for (const state of bad ?? []) tally[state] = (tally[state] ?? 0) + 1;
    this.tallies.set(node, tally);
    return bad;
  }

  private explains(node: number, index: number, k: number, input: number, state: number): boolean {
    const bad = this.badElements(input);
    if (bad === undefined) return state !== NAN || this.faults.values[input]?.nan === true;
    // Most of what is sick is so altogether; then nothing need be searched.
    const [, infinite = 0, nan = 0] = this.tallies.get(input) ?? [];
    const sick = state === NAN ? nan : infinite + nan;
    if (sick === bad.length) return true;
    if (sick === 0) return false;
    const structured = opOf(this.model, node)?.structured === true;
    if (structured && ++this.searches > MOST_SEARCHES) return true;
    return this.read(node, index, k)?.some(at => (bad[at] ?? 0) >= state) ?? true;
  }

  private arisesAlone(node: number): boolean {
    const { values } = this.faults;
    const inputs = this.model.nodes[node]?.inputs ?? [];
    const isNan = values[node]?.nan === true;
    const known = (input: number) => (isNan ? values[input]?.nan === true : this.count(input) > 0);
    return this.count(node) > 0 && !inputs.some(known);
  }

  private count(node: number): number {
    return this.faults.values[node]?.count ?? 0;
  }
}

/** Neither computed nor to be learned: what the program put in as it is. */
export function isConstant(model: Model, pass: TracePass, node: number): boolean {
  const { kind } = model.nodes[node] ?? {};
  return kind === 'constant' || (kind === 'leaf' && (pass.gradients[node] ?? null) === null);
}

function stateOf(x: TraceNumber): number {
  const number = traceNumber(x);
  return Number.isFinite(number) ? 0 : Number.isNaN(number) ? NAN : INFINITE;
}
