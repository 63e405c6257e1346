// Small traces for the tests, written down in a line and worked out by the chain rule here, apart from the engine.

import { readFileSync } from 'node:fs';
import { parseTrace } from '../../src/autograd/parse-trace.ts';
import type { Trace, TraceNode, TraceOp } from '../../src/autograd/trace.ts';

/** The tutorial's 2-2-2 network: 43 nodes, 21 passes over training. */
export function tutorialTrace(): Trace {
  const url = new URL('./fixtures/backpropagation.json', import.meta.url);
  return parseTrace(readFileSync(url, 'utf8'));
}

interface Rule {
  op: TraceOp;
  value(...x: number[]): number;
  slopes(y: number, ...x: number[]): number[];
}

const partial = (text: string, latex = text) => ({ text, latex });

const RULES: Record<string, Rule> = {
  add: {
    op: {
      name: 'add',
      symbol: '+',
      text: '{#0} + {#1}',
      latex: '{#0} + {#1}',
      partials: [partial('1'), partial('1')],
    },
    value: (a = 0, b = 0) => a + b,
    slopes: () => [1, 1],
  },
  sub: {
    op: {
      name: 'sub',
      symbol: '−',
      text: '{#0} − {#1}',
      latex: '{#0} - {#1}',
      partials: [partial('1'), partial('−1', '-1')],
    },
    value: (a = 0, b = 0) => a - b,
    slopes: () => [1, -1],
  },
  mul: {
    op: {
      name: 'mul',
      symbol: '·',
      text: '{#0} · {#1}',
      latex: '{#0} \\cdot {#1}',
      partials: [partial('{#1}'), partial('{#0}')],
    },
    value: (a = 0, b = 0) => a * b,
    slopes: (_, a = 0, b = 0) => [b, a],
  },
  exp: {
    op: {
      name: 'exp',
      symbol: 'exp',
      text: 'exp({#0})',
      latex: 'e^{{#0}}',
      partials: [partial('{#y}')],
    },
    value: (a = 0) => Math.exp(a),
    slopes: y => [y],
  },
};

/** One node: its name (empty for none), then a number for a leaf, `=2` for a constant, or an op with its inputs. */
export type Line = readonly [name: string, what: number | string, ...inputs: number[]];

/** A trace of one pass; backward starts from the last node unless told otherwise. */
export function tinyTrace(lines: readonly Line[], root = lines.length - 1): Trace {
  const used = [...new Set(lines.map(([, what]) => what))].flatMap(what => {
    const rule = RULES[String(what)];
    return rule === undefined ? [] : [rule];
  });
  const nodes: TraceNode[] = [];
  const values: number[] = [];
  const rules: (Rule | undefined)[] = [];
  for (const [name, what, ...inputs] of lines) {
    const rule = RULES[String(what)];
    rules.push(rule);
    const node: TraceNode =
      rule !== undefined
        ? { kind: 'op', op: used.indexOf(rule), inputs }
        : { kind: typeof what === 'number' ? 'leaf' : 'constant', inputs };
    if (name !== '') node.name = name;
    nodes.push(node);
    values.push(
      rule === undefined
        ? Number(String(what).replace('=', ''))
        : rule.value(...inputs.map(i => values[i] ?? Number.NaN)),
    );
  }
  return {
    format: 'seegrad-trace',
    version: 1,
    title: 'tiny',
    ops: used.map(rule => rule.op),
    scopes: [],
    files: [],
    graphs: [{ nodes, root }],
    passes: [backward(nodes, rules, values, root)],
  };
}

function backward(
  nodes: TraceNode[],
  rules: (Rule | undefined)[],
  values: number[],
  root: number,
): Trace['passes'][number] {
  const gradients: (number | null)[] = nodes.map(() => null);
  const perNode: { locals: (number | null)[]; contributions: (number | null)[] }[] = nodes.map(
    ({ inputs }) => ({ locals: inputs.map(() => null), contributions: inputs.map(() => null) }),
  );
  const order: number[] = [];
  gradients[root] = 1;
  for (let i = root; i >= 0; i--) {
    const g = gradients[i];
    const rule = rules[i];
    const node = nodes[i];
    const flow = perNode[i];
    if (g === null || g === undefined || !rule || !node || !flow) continue;
    order.push(i);
    const slopes = rule.slopes(values[i] ?? 0, ...node.inputs.map(k => values[k] ?? 0));
    node.inputs.forEach((input, k) => {
      if (nodes[input]?.kind === 'constant') return;
      const local = slopes[k] ?? 0;
      flow.locals[k] = local;
      flow.contributions[k] = g * local;
      gradients[input] = (gradients[input] ?? 0) + g * local;
    });
  }
  return {
    graph: 0,
    step: 0,
    values,
    gradients,
    order,
    locals: perNode.flatMap(flow => flow.locals),
    contributions: perNode.flatMap(flow => flow.contributions),
  };
}

/** x, then length − 1 times "add x": deep, and x has as many consumers as there are ops. Its gradient is the length. */
export function chainTrace(length: number): Trace {
  const template = tinyTrace([
    ['x', 1],
    ['', 'add', 0, 0],
  ]);
  const nodes: TraceNode[] = Array.from({ length }, (_, i) =>
    i === 0 ? { kind: 'leaf', inputs: [], name: 'x' } : { kind: 'op', op: 0, inputs: [i - 1, 0] },
  );
  const ones = new Array<number>(2 * (length - 1)).fill(1);
  return {
    ...template,
    graphs: [{ nodes, root: length - 1 }],
    passes: [
      {
        graph: 0,
        step: 0,
        values: nodes.map((_, i) => i + 1),
        gradients: nodes.map((_, i) => (i === 0 ? length : 1)),
        order: nodes.slice(1).map((_, k) => length - 1 - k),
        locals: ones,
        contributions: ones,
      },
    ],
  };
}
