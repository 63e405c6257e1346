// Every error seegrad throws on purpose. Each says which op it concerns, what was wrong and what to do about it.

import { SeegradError } from '../ndarray/errors.ts';

export {
  DTypeError,
  IndexError,
  LinAlgError,
  SeegradError,
  ShapeError,
  SizeError,
} from '../ndarray/errors.ts';

/** An op or a function was given something that it does not take: a wrong kind of operand, an unknown option. */
export class ArgumentError extends SeegradError {}

/** A graph was swept a second time after its first backward pass had freed it. */
export class GraphFreedError extends SeegradError {}

/** A gradient was asked of something that is not a single number. */
export class NonScalarLossError extends SeegradError {}

/** A gradient was asked of a value that nothing differentiable went into. */
export class NoGradientError extends SeegradError {}

/** A leaf was given a new value after a graph had recorded the old one. */
export class LeafChangedError extends SeegradError {}

/** A tensor was changed in place after a graph had recorded it. */
export class TensorChangedError extends SeegradError {}

/** A graph has a node that is, directly or through others, its own input. */
export class CycleError extends SeegradError {}

/** `detectAnomaly` met the first NaN. */
export class AnomalyError extends SeegradError {}

/** `gradcheck` found a gradient that does not agree with finite differences; the message is the report. */
export class GradcheckError extends SeegradError {}

/** A trace does not have the form that the schema demands. */
export class TraceError extends SeegradError {}

/** Something was asked for that this platform cannot do, such as writing a file from a page. */
export class PlatformError extends SeegradError {}

/** Describes any JavaScript value in a few words, for error messages. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'string') return `the string ${JSON.stringify(shorten(value, 24))}`;
  if (typeof value === 'function')
    return `a function${value.name === '' ? '' : ` (${value.name})`}`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'object') {
    const name: unknown = Object.getPrototypeOf(value)?.constructor?.name;
    return typeof name === 'string' && name !== 'Object' ? `a ${name}` : 'a plain object';
  }
  return `the ${typeof value} ${shorten(String(value), 24)}`;
}

function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

/** Throws where `options` has a key that is not in `known`, so that a misspelt option is never silently ignored. */
export function checkOptions(where: string, options: unknown, known: readonly string[]): void {
  if (options === undefined) return;
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new ArgumentError(`${where}: the options must be an object, got ${describe(options)}`);
  }
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) {
      const list = known.length === 0 ? 'it takes no options' : `it takes ${known.join(', ')}`;
      throw new ArgumentError(`${where}: unknown option "${shorten(key, 40)}"; ${list}`);
    }
  }
}
