// The parameters of an op as a trace holds them: the plain ones, and which elements of the inputs make which of the result.

import type { Shape } from '../ndarray/shape.ts';
import type { Op, Window } from './op.ts';
import { TRACE_LIMITS } from './parse-trace.ts';
import type { TraceParam } from './trace.ts';

/** Lists longer than this are left out of the trace: they are data rather than settings. */
const LONGEST_LIST = 16;

/** What a trace says of the parameters of one use of an op; undefined where there is nothing to say. */
export function traceParams(
  op: Op,
  shapes: readonly Shape[],
  params: unknown,
): Record<string, TraceParam> | undefined {
  const entries = plainEntries(params);
  const window = op.structure?.terms?.(shapes, params);
  if (window !== undefined) entries.push(...windowEntries(window));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** Numbers, words, flags and short lists of numbers; anything else is left out. */
function plainEntries(params: unknown): [string, TraceParam][] {
  if (typeof params !== 'object' || params === null || Array.isArray(params)) return [];
  return Object.entries(params)
    .filter((entry): entry is [string, TraceParam] => entry[0] !== '__proto__' && isPlain(entry[1]))
    .slice(0, TRACE_LIMITS.params / 2)
    .map(([name, param]) => [name, Array.isArray(param) ? [...param] : param]);
}

function isPlain(param: unknown): param is TraceParam {
  if (typeof param === 'boolean') return true;
  if (typeof param === 'string') return param.length <= TRACE_LIMITS.string;
  if (typeof param === 'number') return isFiniteNumber(param);
  return Array.isArray(param) && param.length <= LONGEST_LIST && param.every(isFiniteNumber);
}

/** What JSON has a number for and gives back as it was. */
function isFiniteNumber(x: unknown): x is number {
  return typeof x === 'number' && Number.isFinite(x) && !Object.is(x, -0);
}

/** A window as flat lists; none where it has more numbers than a trace takes. */
function windowEntries({ kind, labels, y, inputs, added, scale }: Window): [string, TraceParam][] {
  const tables = [
    ...inputs.map((rows, k) => [`window.${k}`, rows] as const),
    ['window.y', y],
  ] as const;
  const entries: [string, TraceParam][] = [
    ['window', kind],
    ['window.labels', [...labels]],
    ...tables.map(([name, rows]): [string, TraceParam] => [name, rows.flat()]),
  ];
  if (added !== undefined) entries.push(['window.added', [...added]]);
  if (scale !== undefined) entries.push(['window.scale', scale]);
  const fits = entries.every(
    ([, list]) => !Array.isArray(list) || list.length <= TRACE_LIMITS.paramNumbers,
  );
  return fits && entries.length <= TRACE_LIMITS.params / 2 ? entries : [];
}
