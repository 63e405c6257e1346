// A pass in the Trace Event Format, which chrome://tracing and Perfetto open: the forward pass on one track, the backward
// pass on another, scopes around their nodes, arrows for what flows back. A trace has no clock: each node takes one
// microsecond, so that the order can be read. Source: "Trace Event Format" (Google, 2016).

import { labelOf, type Model, opOf, scopeOf, sourceOf } from '../model.ts';
import { nodeGradient, nodeValue, type Playback } from '../playback.ts';
import { shapeOf } from '../tensors.ts';

/** An event as the format has it. */
export interface TraceEvent {
  name: string;
  ph: 'X' | 'M' | 's' | 'f';
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  cat?: string;
  id?: number;
  bp?: 'e';
  args?: Record<string, unknown>;
}

export interface ChromeTrace {
  traceEvents: TraceEvent[];
  displayTimeUnit: 'ms';
  otherData: { title: string; source: string };
}

const FORWARD = 1;
const BACKWARD = 2;
/** More arrows than this only slow the program that shows them. */
const MOST_ARROWS = 20_000;

/** Writes a pass as events. */
export function chromeTraceOf({ cards: { model }, pass }: Playback): ChromeTrace {
  const forward = model.nodes.flatMap((node, id) => (node.kind === 'op' ? [id] : []));
  const start = forward.length + 1;
  const named = (name: string, tid: number, text: string): TraceEvent => ({
    name,
    ph: 'M',
    pid: 1,
    tid,
    ts: 0,
    args: { name: text },
  });
  const title = model.trace.title ?? 'trace';
  return {
    displayTimeUnit: 'ms',
    otherData: { title, source: 'seegrad' },
    traceEvents: [
      named('process_name', 0, title),
      named('thread_name', FORWARD, 'forward'),
      named('thread_name', BACKWARD, 'backward'),
      ...scopes(model, forward, FORWARD, 0),
      ...forward.map((id, k) =>
        nodeEvent(model, id, FORWARD, k, { value: json(nodeValue(pass, id)) }),
      ),
      ...scopes(model, pass.order, BACKWARD, start),
      ...pass.order.map((id, k) =>
        nodeEvent(model, id, BACKWARD, start + k, {
          value: json(nodeValue(pass, id)),
          gradient: json(nodeGradient(pass, id)),
        }),
      ),
      ...arrows(model, pass.order, start),
    ],
  };
}

function nodeEvent(
  model: Model,
  id: number,
  tid: number,
  ts: number,
  numbers: Record<string, unknown>,
): TraceEvent {
  const args: Record<string, unknown> = { node: id, ...numbers };
  const shape = shapeOf(model, id);
  const source = sourceOf(model, id);
  if (shape !== '') args['shape'] = shape;
  if (source !== undefined) args['source'] = source;
  args['inputs'] = (model.nodes[id]?.inputs ?? []).map(input => labelOf(model, input));
  const cat = opOf(model, id)?.name ?? 'op';
  return { name: labelOf(model, id), ph: 'X', pid: 1, tid, ts, dur: 0.9, cat, args };
}

/** One event around every run of nodes in the same scope, and in the scopes around that. */
function scopes(model: Model, order: readonly number[], tid: number, start: number): TraceEvent[] {
  const events: TraceEvent[] = [];
  const open: { name: string; from: number }[] = [];
  const close = (depth: number, to: number): void => {
    for (let scope = open.length > depth ? open.pop() : undefined; scope !== undefined; ) {
      const { name, from } = scope;
      events.push({
        name,
        ph: 'X',
        pid: 1,
        tid,
        ts: start + from,
        dur: to - from - 0.05,
        cat: 'scope',
      });
      scope = open.length > depth ? open.pop() : undefined;
    }
  };
  order.forEach((id, k) => {
    const names = (scopeOf(model, id) ?? '').split('/').filter(part => part !== '');
    let same = 0;
    while (same < names.length && open[same]?.name === names[same]) same++;
    close(same, k);
    for (const name of names.slice(same)) open.push({ name, from: k });
  });
  close(0, order.length);
  // What is around comes before what is inside it.
  return events.sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0));
}

/** An arrow from the node that fires to each input that fires later. */
function arrows(model: Model, order: readonly number[], start: number): TraceEvent[] {
  const place = new Map(order.map((id, k) => [id, k]));
  const events: TraceEvent[] = [];
  let id = 0;
  for (const [k, node] of order.entries()) {
    for (const input of model.nodes[node]?.inputs ?? []) {
      const to = place.get(input);
      if (to === undefined || id >= MOST_ARROWS) continue;
      const common = { name: 'gradient', cat: 'gradient', pid: 1, tid: BACKWARD, id: id++ };
      events.push(
        { ...common, ph: 's', ts: start + k + 0.5 },
        { ...common, ph: 'f', bp: 'e', ts: start + to + 0.1 },
      );
    }
  }
  return events;
}

/** A number as JSON can hold it. */
function json(x: number | null): number | string | null {
  return x === null || Number.isFinite(x) ? x : String(x);
}
