// Reading the parts that a trace consists of: numbers, strings, lists, fields of objects. Whatever is not what it should be
// is refused with its place.

import { TraceError } from './errors.ts';
import type { TraceNumber } from './trace.ts';

/** Bounds on what is accepted; a trace beyond them is refused before any work is done on it. */
export const TRACE_LIMITS = {
  /** Characters of JSON text. */
  text: 256 * 2 ** 20,
  ops: 10_000,
  scopes: 100_000,
  files: 10_000,
  graphs: 1_000,
  passes: 100_000,
  /** Nodes of one graph, and inputs of one node. */
  nodes: 4_000_000,
  inputs: 10_000,
  /** Numbers of all passes together. */
  numbers: 50_000_000,
  /** Elements of all tensors together; dimensions of one. */
  elements: 20_000_000,
  dimensions: 64,
  /** Parameters of an op, and numbers in one of them. */
  params: 64,
  paramNumbers: 64,
  /** Characters of a name, a title, a scope or a file name; of a formula. */
  string: 1_000,
  formula: 10_000,
} as const;

/** Numbers, null and the words for other values, so many of them. */
export function numbers(value: unknown, length: number, at: string): (TraceNumber | null)[] {
  const given = array(value, at, length);
  if (given.length !== length) {
    throw new TraceError(`${at} has ${given.length} entries, ${length} needed`);
  }
  const entries = new Array<TraceNumber | null>(length);
  for (let k = 0; k < length; k++) {
    const entry = given[k];
    if (typeof entry === 'number' ? !Number.isFinite(entry) : entry !== null && !isWord(entry)) {
      throw noNumber(entry, `${at}[${k}]`);
    }
    entries[k] = entry as TraceNumber | null;
  }
  return entries;
}

/** Numbers of which none may be missing. */
export function present(value: unknown, length: number, at: string): TraceNumber[] {
  const entries = numbers(value, length, at);
  const missing = entries.indexOf(null);
  if (missing >= 0) throw new TraceError(`${at}[${missing}] is missing`);
  return entries as TraceNumber[];
}

function isWord(entry: unknown): boolean {
  return entry === 'NaN' || entry === 'Infinity' || entry === '-Infinity' || entry === '-0';
}

function noNumber(entry: unknown, at: string): TraceError {
  // JSON text such as 1e400 parses to Infinity, which the schema writes as a string.
  if (typeof entry === 'number') {
    return new TraceError(
      `${at} is beyond the range of a number; write "Infinity" if that is meant`,
    );
  }
  return new TraceError(`${at} must be a number, null, "NaN", "Infinity", "-Infinity" or "-0"`);
}

export type Fields = Readonly<Record<string, unknown>>;

export function record(value: unknown, at: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new TraceError(`${at} must be an object`);
}

/** A field of the input itself: never one that it inherits. */
export function field(object: Fields, key: string): unknown {
  const property = Object.getOwnPropertyDescriptor(object, key);
  return property?.value;
}

/** An array within bounds. Its entries are read by number, each once: it may be sparse, or have an iterator without end. */
export function array(value: unknown, at: string, longest: number): readonly unknown[] {
  if (!Array.isArray(value)) throw new TraceError(`${at} must be an array`);
  if (value.length > longest) {
    throw new TraceError(`${at} has ${value.length} entries; at most ${longest} are accepted`);
  }
  return value;
}

/** What `parse` makes of each entry of an array; without it the entries themselves. */
export function list(value: unknown, at: string, longest: number): readonly unknown[];
export function list<T>(
  value: unknown,
  at: string,
  longest: number,
  parse: (entry: unknown, k: number) => T,
): T[];
export function list(
  value: unknown,
  at: string,
  longest: number,
  parse: (entry: unknown, k: number) => unknown = entry => entry,
): unknown[] {
  const given = array(value, at, longest);
  const { length } = given;
  const entries: unknown[] = [];
  for (let k = 0; k < length; k++) entries.push(parse(given[k], k));
  return entries;
}

export function strings(value: unknown, at: string, longest: number): string[] {
  return list(value, at, longest).map((entry, k) => string(entry, `${at}[${k}]`));
}

export function string(value: unknown, at: string, longest: number = TRACE_LIMITS.string): string {
  if (typeof value !== 'string') throw new TraceError(`${at} must be a string`);
  if (value.length > longest) {
    throw new TraceError(`${at} has ${value.length} characters; at most ${longest} are accepted`);
  }
  return value;
}

export function finite(value: unknown, at: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new TraceError(`${at} must be a finite number`);
}

export function ordinal(value: unknown, at: string): number {
  const number = index(value, Number.MAX_SAFE_INTEGER, at);
  if (number === 0) throw new TraceError(`${at} is 0, but it starts at 1`);
  return number;
}

export function index(value: unknown, below: number, at: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) {
    throw new TraceError(`${at} must be a whole number ≥ 0`);
  }
  if (value >= below) throw new TraceError(`${at} is ${value}, but there are only ${below}`);
  return value;
}
