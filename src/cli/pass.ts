// A recorded backward pass laid out for a terminal: in full, with every contribution, or as a table.

import {
  Expression,
  type Operand,
  ops,
  type PassStory,
  symbol,
  type Trace,
  type TraceNumber,
  type TraceOp,
  type TracePass,
  tellPass,
  traceNumber,
} from '../index.ts';
import { brief, exact, factor } from './numbers.ts';
import { COLUMNS, cut, left, right, type Style, wrapFormula } from './terminal.ts';

type PassStep = PassStory['steps'][number];
type PassLeaf = PassStory['leaves'][number];

/**
 * Tells a pass like `tellPass`, with every formula and rule written for the very inputs at hand: 3x² where a trace,
 * which knows the op but not its exponent, can only say 3 · x^(3 − 1).
 */
export function tellInFull(trace: Trace, pass: TracePass): PassStory {
  const story = tellPass(trace, pass);
  const nodes = trace.graphs[pass.graph]?.nodes ?? [];
  const steps = story.steps.map((step, k) => {
    const node = nodes[pass.order[k] ?? -1];
    const op = trace.ops[node?.op ?? -1];
    // What a tensor hands on is written for its inputs already.
    if (node === undefined || op === undefined || node.shape !== undefined) return step;
    const handed = [...step.handed];
    const places: number[] = [];
    const terms = node.inputs.map((input, place) => {
      const { kind, name } = nodes[input] ?? {};
      if (kind === 'constant') return constant(numberOf(pass.values[input]));
      // What is handed on stands in the order of the inputs; only named inputs may be left out.
      const receives = name === undefined || handed[0]?.to === name;
      if (receives) places.push(place);
      return symbol((receives ? handed.shift()?.to : name) ?? '?');
    });
    const written = writeStep(op, step.node, terms);
    if (written === undefined) return step;
    return {
      ...step,
      formula: written.formula,
      handed: step.handed.map((part, n) => ({
        ...part,
        rule: written.rules[places[n] ?? -1] ?? part.rule,
      })),
    };
  });
  return { ...story, steps };
}

/** An op of the trace applied to terms, as text, with its local derivatives; undefined for an op of the user's own. */
function writeStep(
  op: TraceOp,
  name: string,
  inputs: readonly Expression[],
): { formula: string; rules: string[] } | undefined {
  const declared = ops.get(op.name)?.op;
  if (declared === undefined || declared.inputs.length !== inputs.length) return undefined;
  const rules = declared.partials.map((partial, k) => {
    const rule = declared.formulas[k] ?? partial;
    if (typeof rule === 'number') return exact(rule);
    return String((rule as (...x: Operand[]) => Operand)(...inputs, symbol(name)));
  });
  const plain = String(new Expression(declared, inputs, null, null));
  const simpler = plain.startsWith(`${op.name}(`) ? declared.simplify?.(...inputs) : undefined;
  return { formula: simpler === undefined ? plain : String(simpler), rules };
}

function constant(x: number): Expression {
  return new Expression(null, [], null, x);
}

function numberOf(x: TraceNumber | null | undefined): number {
  return x === null || x === undefined ? Number.NaN : traceNumber(x);
}

/** The pass with every contribution, one block per node that fires; at most `most` of them. */
export function passLines(
  story: PassStory,
  style: Style,
  most = Number.POSITIVE_INFINITY,
): string[] {
  const shown = story.steps.slice(0, most);
  const lines = shown.flatMap((step, k) => stepLines(step, k + 1, style));
  if (shown.length < story.steps.length) {
    lines.push(`   … and ${story.steps.length - shown.length} more steps`, '');
  }
  if (story.leaves.length === 0) return lines;
  const width = Math.max(...story.leaves.map(leaf => leaf.node.length));
  return [
    ...lines,
    style.bold('  Gradients'),
    ...story.leaves.flatMap(leaf => leafLines(leaf, width, style)),
  ];
}

function stepLines(
  { node, formula, gradient, value, handed, tensors }: PassStep,
  number: number,
  style: Style,
): string[] {
  const tensor = tensors?.value?.shape.some(size => size !== 1) === true;
  const [valueName, gradientName] = tensor ? ['‖value‖', '‖gradient‖'] : ['value', 'gradient'];
  const head = `${right(String(number), 4)}  ${left(cut(`${node} = ${formula}`, 32), 33)}`;
  const width = Math.max(0, ...handed.map(({ to }) => to.length));
  return [
    `${head}${left(`${valueName} ${brief(value)}`, 19)}${style.accent(`${gradientName} ${brief(gradient)}`)}`,
    ...handed.flatMap(({ to, rule, local, amount, tensor: part }) => {
      if (tensors !== undefined || part !== undefined) {
        const several = part?.shape.some(size => size !== 1) === true;
        const amounts = several
          ? ` (${part.shape.join('×')}), share ${brief(amount)}`
          : ` = ${brief(amount)}`;
        return wrapFormula(`${left(to, width)} gets ${rule}${amounts}`, 9);
      }
      const known = /^[−\d.]+$/.test(rule);
      const parts = [
        `${left(to, width)} gets`,
        `${brief(gradient)} · ${/^−|\s/.test(rule) ? `(${rule})` : rule}`,
      ];
      const sum = known ? '' : ` = ${brief(gradient)} · ${factor(local)}`;
      return wrapFormula(`${parts.join(' ')}${sum} = ${brief(amount)}`, 9);
    }),
    '',
  ];
}

function leafLines({ node, gradient, parts }: PassLeaf, width: number, style: Style): string[] {
  const value = style.accent(exact(gradient));
  const head = `    ${left(node, width)} `;
  if (parts.length < 2) return [`${head} ${value}`];
  const sum = parts.map((part, k) => (k === 0 ? brief(part) : factor(part))).join(' + ');
  if (parts.length > 8) return [`${head} ${value}   (the sum of ${parts.length} contributions)`];
  const lines = wrapFormula(`= ${sum}`, head.length + 1);
  return [`${head} ${value}`, ...lines];
}

/** The pass as a table, one line per node that fires, then the leaves. */
export function passTable({ steps, leaves }: PassStory, style: Style): string[] {
  const rows = [
    ...steps.map(({ node, formula, value, gradient }, k) => ({
      number: String(k + 1),
      node,
      formula,
      value,
      gradient,
    })),
    ...leaves.map(({ node, value, gradient }) => ({
      number: '',
      node,
      formula: 'leaf',
      value,
      gradient,
    })),
  ];
  const name = Math.max(4, ...rows.map(({ node }) => node.length)) + 2;
  const formula = Math.min(
    Math.max(7, ...rows.map(row => row.formula.length)) + 2,
    COLUMNS - 6 - name - 30,
  );
  const line = (a: string, b: string, c: string, d: string, e: string): string =>
    `${right(a, 4)}  ${left(b, name)}${left(cut(c, formula - 1), formula)}${right(d, 14)}${right(e, 16)}`.trimEnd();
  return [
    style.dim(line('', 'node', 'formula', 'value', 'gradient')),
    ...rows.map(row =>
      line(row.number, row.node, row.formula, brief(row.value), brief(row.gradient)),
    ),
  ];
}
