// Why something is not finite, read off the numbers that went in. No op is known by name: its own template is filled with
// the numbers, and what a person would say of them (0 · ∞, a pole, an overflow) follows from their pattern.

import type { TraceNumber, TracePass, TraceTensor } from '../../autograd/trace.ts';
import { traceNumber } from '../../autograd/trace.ts';
import type { Anomaly } from './anomalies.ts';
import { elementsIn, elementsOf, isSameShape, placeRead } from './faults.ts';
import { formatCount, formatNumber, formatShort, isolated } from './format.ts';
import { atom, compose, numberTerm } from './formula.ts';
import { at, labelOf, type Model, opOf } from './model.ts';
import { indicesOf, placeOf } from './windows.ts';

/** The reason of an anomaly, in pieces of plain text. */
export interface Reason {
  /** What is wrong: `y is −∞`. */
  readonly what: string;
  /** The rule with its numbers: `log(0) = −∞`; empty where they are not known. */
  readonly formula: string;
  /** What such numbers are called: `a pole: …`. */
  readonly why: string;
}

/** The reason of an anomaly. */
export function reasonOf(model: Model, pass: TracePass, anomaly: Anomaly): Reason {
  if (anomaly.kind === 'value') return valueReason(model, pass, anomaly);
  if (anomaly.kind === 'contribution') return contributionReason(model, pass, anomaly);
  return gradientReason(model, pass, anomaly);
}

/** The name of a node as a part of a sentence. */
function spoken(model: Model, node: number): string {
  return isolated(labelOf(model, node));
}

/** What a node is called; a constant is called by its number, which would not say much here. */
function nameOf(model: Model, node: number): string {
  const { kind, name } = model.nodes[node] ?? {};
  return kind === 'constant' && name === undefined ? 'a constant' : spoken(model, node);
}

/** A reason as one sentence. */
export function reasonSentence({ what, formula, why }: Reason): string {
  return `${what}: ${[formula, why].filter(part => part !== '').join(', ')}.`;
}

function valueReason(
  model: Model,
  pass: TracePass,
  { node, count, element: first }: Anomaly,
): Reason {
  const it = model.nodes[node];
  const found = firstFault(pass.values[node], pass.tensors?.values[node], first);
  const what = whatIs(nameOf(model, node), 'is', found, count, model, node);
  const op = opOf(model, node);
  if (op === undefined) return { what, formula: '', why: 'the program put it in' };
  const { result, index } = found;
  const numbers = (it?.inputs ?? []).map(input => elementFor(model, pass, node, input, index));
  if (op.structured === true || result === undefined || !allKnown(numbers)) {
    const formula = compose(op.text, 'text', place =>
      atom(spoken(model, place === 'y' ? node : (it?.inputs[place] ?? node))),
    ).string;
    const row = rowOf(model, pass, node, index);
    return { what, formula, why: row ?? whyOfTensors(model, pass, node, index) };
  }
  const written = fill(op.text, numbers, result);
  return {
    what,
    formula: `${written} = ${formatNumber(result)}`,
    why: whyOf(op.text, numbers, result, it?.dtype) + originClause(model, pass, node, index),
  };
}

/** The infinite constant behind a value that is not finite, and its number as it is written; undefined where there is none. */
function originOf(
  model: Model,
  pass: TracePass,
  node: number,
  index: number | undefined,
): { name: string; number: string } | undefined {
  const constant = elementsIn(model, pass).constantBehind(node, index);
  if (constant === undefined) return undefined;
  const { result } = firstFault(pass.values[constant], pass.tensors?.values[constant]);
  if (Number.isNaN(result)) return undefined;
  const number = result === undefined ? '∞' : formatNumber(result);
  return { name: nameOf(model, constant), number };
}

/** What of a reason is about that constant: `; −∞ comes from mask`. */
function originClause(...of: Parameters<typeof originOf>): string {
  const origin = originOf(...of);
  return origin === undefined ? '' : `; ${origin.number} comes from ${origin.name}`;
}

/** The same for what a backward rule read. */
function originOfFactor(model: Model, pass: TracePass, node: number, index = 0): string {
  for (const input of model.nodes[node]?.inputs ?? []) {
    const [to, from] = [model.nodes[node]?.shape ?? [], model.nodes[input]?.shape ?? []];
    const place = placeRead(to, from, index);
    const x = element(pass.values[input], pass.tensors?.values[input], place);
    if (x !== undefined && !Number.isFinite(x)) return originClause(model, pass, input, place);
  }
  return '';
}

/** A row of which every element is −∞, so that there is nothing to share out; undefined where it is not that. */
function rowOf(
  model: Model,
  pass: TracePass,
  node: number,
  index: number | undefined,
): string | undefined {
  const { inputs = [], params } = model.nodes[node] ?? {};
  const [input = -1] = inputs;
  if (index === undefined || params?.['window'] !== 'share') return undefined;
  const elements = elementsIn(model, pass);
  const data = elementsOf(pass.values[input], pass.tensors?.values[input]);
  const read = elements.read(node, index, 0) ?? [];
  if (read.length === 0 || !read.every(k => data?.[k] === '-Infinity')) return undefined;
  const shape = model.nodes[input]?.shape ?? [];
  const places = read.map(k => indicesOf(k, shape));
  const slice = shape.map((_, d) => {
    const [first = 0] = places.map(place => place[d] ?? 0);
    return places.every(place => place[d] === first) ? String(first) : ':';
  });
  const row = `row [${slice.join(', ')}] of ${spoken(model, input)} is`;
  const origin = originOf(model, pass, input, read[0]);
  return origin === undefined
    ? `${row} −∞ throughout`
    : `${row} masked entirely: −∞ throughout, which comes from ${origin.name}`;
}

/** What is said of a value that is infinite by intent. */
export function intentOf(model: Model, pass: TracePass, node: number): string {
  const [x, tensor] = [pass.values[node], pass.tensors?.values[node]];
  const found = firstFault(x, tensor);
  const what = whatIs(nameOf(model, node), 'is', found, tensor?.nonfinite ?? 1, model, node);
  const origin = originOf(model, pass, node, found.index);
  const own = model.nodes[node]?.inputs.length === 0;
  const why =
    own || origin === undefined ? 'the program put it in' : `it comes from ${origin.name}`;
  return `${what}: ${why}. No NaN comes of it, and neither the loss nor a gradient takes it up.`;
}

function contributionReason(model: Model, pass: TracePass, anomaly: Anomaly): Reason {
  const { node, edge, count, element: first } = anomaly;
  const op = opOf(model, node);
  const input = at(model.inputOf, edge);
  const it = model.nodes[node];
  const found = firstFault(pass.contributions[edge], pass.tensors?.contributions[edge], first);
  const what = whatIs(
    spoken(model, node),
    'hands',
    found,
    count,
    model,
    input,
    ` to ${spoken(model, input)}`,
  );
  const template = op?.partials[edge - at(model.offsets, node)]?.text ?? '?';
  const { result, index } = found;
  const same = isSameShape(it?.shape ?? [], model.nodes[input]?.shape ?? []);
  const numbers = (it?.inputs ?? []).map(other => elementFor(model, pass, node, other, index));
  const value = elementFor(model, pass, node, node, index);
  const upstream = element(pass.gradients[node], pass.tensors?.gradients[node], index);
  if (
    result === undefined ||
    upstream === undefined ||
    value === undefined ||
    !same ||
    template.includes('{#g}') ||
    !allKnown(numbers)
  ) {
    return { what, formula: '', why: 'its gradient and the values that it reads are finite' };
  }
  const slope = fill(template, numbers, value);
  const known = pass.locals[edge];
  const local = known === null || known === undefined ? undefined : traceNumber(known);
  const product = `${formatShort(upstream)} · ${bracketed(local === undefined ? slope : formatNumber(local))}`;
  return {
    what,
    formula: `upstream × local = ${product} = ${formatNumber(result)}`,
    why:
      whyOfProduct(upstream, local, slope, result, [...numbers, value], it?.dtype) +
      originOfFactor(model, pass, node, index),
  };
}

function gradientReason(model: Model, pass: TracePass, { node, count }: Anomaly): Reason {
  const found = firstFault(pass.gradients[node], pass.tensors?.gradients[node]);
  const name = `the gradient of ${spoken(model, node)}`;
  const what = whatIs(name, 'is', found, count, model, node);
  const edges = Array.from(
    model.outEdges.subarray(at(model.outOffsets, node), at(model.outOffsets, node + 1)),
  );
  const parts = edges.flatMap(e => {
    const part = element(pass.contributions[e], pass.tensors?.contributions[e], found.index);
    return part === undefined ? [] : [part];
  });
  if (edges.every(e => (pass.contributions[e] ?? null) === null)) {
    return { what, formula: '', why: 'the backward pass was started with it' };
  }
  const sum = parts
    .slice(0, LONGEST_SUM)
    .map((part, k) => (k === 0 ? formatShort(part) : bracketed(formatShort(part))))
    .join(' + ');
  const more = parts.length > LONGEST_SUM ? ' + …' : '';
  const { result } = found;
  const formula =
    parts.length === 0 || result === undefined ? '' : `${sum}${more} = ${formatNumber(result)}`;
  return { what, formula, why: whyOfSum(parts, result, model.nodes[node]?.dtype) };
}

function whyOfSum(
  parts: readonly number[],
  result: number | undefined,
  dtype: string | undefined,
): string {
  const sum = parts.reduce((total, part) => total + part, 0);
  if (result === undefined) return 'its contributions are finite, or of either sign and infinite';
  // A trace may come from anywhere and need not add up.
  if (Number.isNaN(result) !== Number.isNaN(sum)) return 'which does not follow from that';
  return Number.isNaN(result) ? 'for ∞ − ∞ has no value' : overflow(dtype);
}

/** A longer sum is cut. */
const LONGEST_SUM = 4;

interface Found {
  /** The number that is not finite; undefined where the trace has not the elements. */
  readonly result: number | undefined;
  /** Its place among the elements; undefined for a plain number. */
  readonly index: number | undefined;
}

/** The element at `first`, or else the first one that is not finite. */
function firstFault(
  x: TraceNumber | null | undefined,
  tensor: TraceTensor | null | undefined,
  first?: number,
): Found {
  if (!tensor)
    return { result: x === null || x === undefined ? undefined : traceNumber(x), index: undefined };
  const index = first ?? tensor.data?.findIndex(y => !Number.isFinite(traceNumber(y))) ?? -1;
  const result = tensor.data?.[index];
  return index < 0 || result === undefined
    ? { result: undefined, index: undefined }
    : { result: traceNumber(result), index };
}

function whatIs(
  name: string,
  verb: 'is' | 'hands',
  { result, index }: Found,
  count: number,
  model: Model,
  node: number,
  after = '',
): string {
  const shape = model.nodes[node]?.shape ?? [];
  const size = shape.reduce((product, length) => product * length, 1);
  if (size === 1)
    return `${name} ${verb} ${result === undefined ? 'not finite' : formatNumber(result)}${after}`;
  const not = `${formatCount(count)} of ${formatCount(size)} elements`;
  const first =
    index === undefined || result === undefined
      ? ''
      : `, first ${formatNumber(result)} at ${placeOf(index, shape)}`;
  return verb === 'is'
    ? `${name} is not finite in ${not}${first}`
    : `${name} hands what is not finite in ${not}${first}${after}`;
}

/** An element of a tensor, or a plain number. */
function element(
  x: TraceNumber | null | undefined,
  tensor: TraceTensor | null | undefined,
  index: number | undefined,
): number | undefined {
  if (tensor) {
    const item = tensor.data?.length === 1 ? tensor.data[0] : tensor.data?.[index ?? 0];
    return item === undefined ? undefined : traceNumber(item);
  }
  return x === null || x === undefined ? undefined : traceNumber(x);
}

/** The element of an input that an elementwise op reads for element `index` of its result, with broadcasting. */
function elementFor(
  model: Model,
  pass: TracePass,
  node: number,
  input: number,
  index: number | undefined,
): number | undefined {
  const [to, from] = [model.nodes[node]?.shape ?? [], model.nodes[input]?.shape ?? []];
  const place = placeRead(to, from, index ?? 0);
  return element(pass.values[input], pass.tensors?.values[input], place);
}

function allKnown(numbers: readonly (number | undefined)[]): numbers is readonly number[] {
  return numbers.every(x => x !== undefined);
}

/** A template with numbers in it; {@link compose} sets the parentheses. */
function fill(template: string, inputs: readonly number[], result: number): string {
  return compose(template, 'text', place => {
    const x = place === 'y' ? result : inputs[place];
    return x === undefined ? atom('?') : numberTerm(formatShort(x));
  }).string;
}

function bracketed(text: string): string {
  return /^−|\s/.test(text) ? `(${text})` : text;
}

/** What such numbers are called, for the value of an op whose inputs and result are known. */
function whyOf(
  template: string,
  inputs: readonly number[],
  result: number,
  dtype: string | undefined,
): string {
  if (inputs.some(Number.isNaN)) return 'NaN came in';
  const infinite = inputs.filter(x => !Number.isFinite(x)).length;
  if (!Number.isNaN(result)) {
    if (infinite > 0) return '∞ came in';
    return mayOverflow(inputs) ? overflow(dtype) : POLE;
  }
  const [, operator] = /^\{#\d\} ?([·⊙*/÷+−-]) ?\{#\d\}$/.exec(template) ?? [];
  const zeros = inputs.filter(x => x === 0).length;
  if (operator === undefined) return infinite > 0 ? 'for with ∞ it has no value' : OUTSIDE;
  if ('+−-'.includes(operator)) return 'for ∞ − ∞ has no value';
  if ('/÷'.includes(operator))
    return zeros > 1 ? 'for 0 / 0 has no value' : 'for ∞ / ∞ has no value';
  return 'for 0 · ∞ has no value';
}

const POLE = 'a pole: it grows beyond all bounds there';
const OUTSIDE = 'outside the domain: no real number does that';

/** Why a gradient times a local derivative is not finite. `local` is unknown between tensors. */
function whyOfProduct(
  upstream: number,
  local: number | undefined,
  slope: string,
  result: number,
  values: readonly number[],
  dtype: string | undefined,
): string {
  if (!Number.isFinite(upstream)) return 'for 0 · ∞ has no value';
  // The derivative is an infinite number that came in, and has no pole.
  if (upstream === 0 && Number.isNaN(result) && /^−?∞$/.test(slope))
    return 'for 0 · ∞ has no value';
  const steep = local === undefined ? !mayOverflow([upstream, ...values]) : !Number.isFinite(local);
  if (!steep) return overflow(dtype);
  if (Number.isNaN(local)) return `the derivative ${slope} has no value`;
  const cause = `the derivative ${slope} is infinite`;
  // Zero times anything finite is 0, so that NaN tells that the derivative is infinite.
  return upstream === 0 && Number.isNaN(result)
    ? `for 0 · ∞ has no value, and ${cause}`
    : `${cause}: a pole`;
}

function overflow(dtype: string | undefined): string {
  return dtype === 'float32'
    ? 'an overflow: float32 ends at 3.4e38'
    : 'an overflow: float64 ends at 1.8e308';
}

/** What numbers of everyday size do not reach; e⁸⁸ is beyond float32, and so is the square of 1e20. */
const LARGE = 80;
const TINY = 1e-19;

/** Whether numbers are so large, or so small without being 0, that a result may be out of range rather than at a pole. */
function mayOverflow(numbers: readonly number[]): boolean {
  return numbers.some(x => Math.abs(x) >= LARGE || (x !== 0 && Math.abs(x) <= TINY));
}

/** For an op on whole tensors: what can be said of all its elements together, or of those that made an element. */
function whyOfTensors(
  model: Model,
  pass: TracePass,
  node: number,
  index: number | undefined,
): string {
  const inputs = model.nodes[node]?.inputs ?? [];
  const ends: number[] = [];
  let bad = false;
  for (const [k, input] of inputs.entries()) {
    const tensor = pass.tensors?.values[input];
    const data = elementsOf(pass.values[input], tensor);
    const read = index === undefined ? undefined : elementsIn(model, pass).read(node, index, k);
    if (data !== undefined && read !== undefined) {
      const numbers = read.map(place => traceNumber(data[place] ?? 0));
      bad ||= numbers.some(x => !Number.isFinite(x));
      ends.push(Math.max(0, ...numbers.map(Math.abs)));
    } else if (tensor) {
      bad ||= tensor.nonfinite > 0;
      ends.push(traceNumber(tensor.min), traceNumber(tensor.max));
    } else {
      const x = traceNumber(pass.values[input] ?? 0);
      bad ||= !Number.isFinite(x);
      ends.push(x);
    }
  }
  if (bad && !arisesBeside(model, pass, node)) {
    return `from infinite elements that came in${originClause(model, pass, node, index)}`;
  }
  return mayOverflow(ends)
    ? `from elements as large as ${formatShort(Math.max(...ends.map(Math.abs)), 3)}`
    : 'from elements that are all finite';
}

/** Whether the number of infinities tells that they do not come from those that came in, as findAnomalies has it. */
function arisesBeside(model: Model, pass: TracePass, node: number): boolean {
  const { inputs = [] } = model.nodes[node] ?? {};
  const [own, from] = [pass.tensors?.values[node], pass.tensors?.values[inputs[0] ?? -1]];
  if (inputs.length !== 1 || opOf(model, node)?.structured === true || !own || !from) return false;
  const infinite = !Number.isNaN(traceNumber(own.norm));
  return own.data === undefined && infinite && own.nonfinite !== from.nonfinite;
}
