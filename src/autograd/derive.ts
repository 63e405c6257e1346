// The chain rule written out: the reverse sweep run on symbols, with named nodes as atoms, told step by step.

import { requireGraph } from './backward.ts';
import { Names } from './derive-names.ts';
import { deriveTensor } from './derive-tensor.ts';
import { ArgumentError, describe, NoGradientError } from './errors.ts';
import { type Expression, numberExpression, symbol, symbolsOf } from './expression.ts';
import { type SymbolWriter, writeLatex, writeText } from './notation.ts';
import { sweepNumbersAside } from './numbers.ts';
import { type Route, routeTo, type Sweep } from './sweep.ts';
import { cotangentOf, productOf, sumOf, symbolicSweep } from './symbols.ts';
import type { Chunk, Node } from './tape.ts';
import { Tensor } from './tensor.ts';
import { latexName } from './trace.ts';
import { Value } from './value.ts';

/** One line of a derivation: what it is about, with symbols and with the numbers filled in. */
export interface DerivationStep {
  /** What kind of line this is. */
  kind: 'definition' | 'path' | 'chain' | 'factor' | 'result';
  title: string;
  text: string;
  latex: string;
  numbers: string;
}

/** The derivative of a loss with respect to one leaf, written out; `V` is number, or for graphs of tensors Tensor too. */
export interface Derivation<V = number> {
  /** The derivative in the names of the nodes, factored along the paths. */
  expression: Expression;
  /** The same as text, such as `(outy1 − o1) · sigmoid_derivative(outy1) · outh1`. */
  text: string;
  latex: string;
  /** The derivative as a number (a tensor, where the leaf is one): what `backward` computes. */
  value: V;
  /** The number or tensor behind every name in the expression. */
  numbers: Readonly<Record<string, V>>;
  steps: DerivationStep[];
}

/** No more paths than this are written out one by one. */
const MANY_PATHS = 8;

/**
 * Writes out the derivative of `loss` with respect to `leaf`, in the names given with `.named(…)`.
 *
 * ```ts
 * const x = value(3, { name: 'x' });
 * const t = square(x).named('t');
 * derive(sin(t).named('y'), x).text; // 'cos(t) · 2x'
 *
 * const W = tensor([[1, 2]], { requiresGrad: true, name: 'W' });
 * const z = matmul(tensor([[3], [4]], { name: 'x' }), W).named('z');
 * derive(tanh(z).sum().named('E'), W).text; // 'xᵀ·(1 − tanh(z)²)'
 * ```
 * @throws NoGradientError where `loss` does not depend on `leaf`; NonScalarLossError where it is not a single number.
 */
export function derive(loss: Value, leaf: Value): Derivation;
export function derive(loss: Value | Tensor, leaf: Value | Tensor): Derivation<number | Tensor>;
export function derive(
  loss: Value | Tensor,
  leaf: Value | Tensor,
): Derivation | Derivation<number | Tensor> {
  for (const node of [loss, leaf] as unknown[]) {
    if (!(node instanceof Value || node instanceof Tensor)) {
      throw new ArgumentError(
        `derive takes two Values or Tensors, the loss and a leaf, got ${describe(node)}`,
      );
    }
  }
  requireGraph('derive', loss);
  if (loss instanceof Tensor) return deriveTensor(loss, leaf);
  return deriveValue(loss, leaf as Value);
}

function deriveValue(loss: Value, leaf: Value): Derivation {
  const names = new Names(loss, leaf);
  const route = routeTo(loss, [leaf]);
  let value: number | null = null;
  sweepNumbersAside(loss, 1, {
    route,
    readFreed: true,
    deliver(_node, cotangent) {
      value = value === null ? cotangent : value + cotangent;
    },
  });
  if (value === null) {
    throw new NoGradientError(
      `derive: ${names.lossName} does not depend on ${names.leafName(leaf)}`,
    );
  }
  const sweep = symbolicSweep(names);
  const expression = cotangentOf(sweep, loss, route);
  return {
    expression,
    text: writeText(expression),
    latex: writeLatex(expression),
    value,
    numbers: names.numbers as Readonly<Record<string, number>>,
    steps: tell({ loss, leaf, names, route, sweep, expression, value }),
  };
}

interface Story {
  loss: Value;
  leaf: Value;
  names: Names;
  route: Route;
  sweep: Sweep<Expression>;
  expression: Expression;
  value: number;
}

/** The derivative of one named node with respect to the next one towards the leaf, through unnamed nodes only. */
interface Hop {
  from: string;
  to: string;
  rule: Expression;
  value: number;
}

/** The lines of the derivation, in the order in which one works by hand: definitions, chain, factors, result. */
function tell(story: Story): DerivationStep[] {
  const { names, loss, leaf, expression, value, route } = story;
  const leafName = names.leafName(leaf);
  const onWay = names.defined.filter(({ chunk, row }) => route.rows.get(chunk.serial)?.[row] === 1);
  const head = `${names.lossName}(${leafName})'`;
  const latexHead = fraction(names.lossName, leafName);
  const numbers = filled(names.numbers as Readonly<Record<string, number>>);
  const steps: DerivationStep[] = [];
  if (loss.chunk !== null && onWay.length <= 200) {
    for (const { name, formula, chunk, row } of onWay) {
      steps.push({
        kind: 'definition',
        title: name,
        text: `${name} = ${writeText(formula)}`,
        latex: `${latexName(name)} = ${writeLatex(formula)}`,
        numbers: `${name} = ${writeText(formula, numbers)} = ${short(chunk.values[row] as number)}`,
      });
    }
    const hops = byLevel(
      onWay.flatMap(node => hopsFrom(story, node, leafName)),
      names.lossName,
    );
    if (hops.length > 1) {
      steps.push(
        ...pathSteps(hops, names.lossName, leafName),
        chainStep(hops, story, head, latexHead),
      );
    }
    for (const { from, to, rule, value: number } of hops) {
      steps.push({
        kind: 'factor',
        title: `${from} with respect to ${to}`,
        text: `∂${from}/∂${to} = ${writeText(rule)}`,
        latex: `${fraction(from, to)} = ${writeLatex(rule)}`,
        numbers: `∂${from}/∂${to} = ${withResult(writeText(rule, numbers), number)}`,
      });
    }
  }
  steps.push({
    kind: 'result',
    title: head,
    text: `${head} = ${writeText(expression)}`,
    latex: `${latexHead} = ${writeLatex(expression)}`,
    numbers: `${head} = ${withResult(writeText(expression, numbers), value)}`,
  });
  return steps;
}

/** The hops that start at a named node: a sweep from it that stops at the next named nodes. */
function hopsFrom(
  { names, route, sweep, loss }: Story,
  { name, chunk, row }: Names['defined'][number],
  leafName: string,
): Hop[] {
  const rules = new Map<string, Expression>();
  const values = new Map<string, number>();
  const named = new Map(names.defined.map(d => [`${d.chunk.serial}:${d.row}`, d.name]));
  const bounded: Route = {
    rows: route.rows,
    isTarget: (c, r) => !(c === chunk && r === row) && named.has(`${c.serial}:${r}`),
    isTargetLeaf: route.isTargetLeaf,
    stopAtTargets: true,
  };
  const nameOf = (node: Node | { chunk: Chunk; row: number }): string =>
    node.chunk === null ? leafName : (named.get(`${node.chunk.serial}:${node.row}`) ?? leafName);
  const root: Node = { chunk, row, links: loss.links, leaf: null };
  sweep(root, numberExpression(1), {
    route: bounded,
    readFreed: true,
    deliver(node, rule) {
      const sum = rules.get(nameOf(node));
      rules.set(nameOf(node), sum === undefined ? rule : sumOf(sum, rule));
    },
  });
  sweepNumbersAside(root, 1, {
    route: bounded,
    readFreed: true,
    deliver(node, d) {
      values.set(nameOf(node), (values.get(nameOf(node)) ?? 0) + d);
    },
  });
  // The sweep delivers the latest first; by hand one goes in the order of the formula.
  return [...rules]
    .reverse()
    .map(([to, rule]) => ({ from: name, to, rule, value: values.get(to) ?? 0 }));
}

/** Hops in the order in which one works down from the loss: level by level, each in the order of the formula. */
function byLevel(hops: readonly Hop[], loss: string): Hop[] {
  const levels = new Map<string, number>([[loss, 0]]);
  const level = (name: string): number => levels.get(name) ?? 0;
  // Consumers are created after what they consume, so going backward every level is final when it is read.
  for (const hop of [...hops].reverse()) {
    levels.set(hop.to, Math.max(level(hop.to), level(hop.from) + 1));
  }
  return [...hops].sort((a, b) => level(a.from) - level(b.from));
}

/** Every path from loss to leaf as a product of derivatives, up to {@link MANY_PATHS}. */
function pathSteps(hops: readonly Hop[], loss: string, leaf: string): DerivationStep[] {
  const byNode = new Map<string, Hop[]>();
  for (const hop of hops) byNode.set(hop.from, [...(byNode.get(hop.from) ?? []), hop]);
  const paths: Hop[][] = [];
  const stack: { node: string; path: Hop[] }[] = [{ node: loss, path: [] }];
  for (let top = stack.pop(); top !== undefined && paths.length <= MANY_PATHS; top = stack.pop()) {
    if (top.node === leaf) {
      paths.push(top.path);
      continue;
    }
    for (const hop of [...(byNode.get(top.node) ?? [])].reverse()) {
      stack.push({ node: hop.to, path: [...top.path, hop] });
    }
  }
  const shown = paths.slice(0, MANY_PATHS);
  return shown.map((path, k) => {
    const product = path.reduce((sum, hop) => sum * hop.value, 1);
    const via = path.map(hop => hop.to).slice(0, -1);
    return {
      kind: 'path',
      title:
        (shown.length === paths.length
          ? `path ${k + 1} of ${paths.length}`
          : `path ${k + 1} of many`) + (via.length === 0 ? '' : `, over ${via.join(', ')}`),
      text: path.map(hop => `∂${hop.from}/∂${hop.to}`).join(' · '),
      latex: path.map(hop => fraction(hop.from, hop.to)).join(' \\cdot '),
      numbers: `${path.map(hop => bracketed(hop.value)).join(' · ')} = ${short(product)}`,
    };
  });
}

/** The paths taken together: what they share stands once. */
function chainStep(
  hops: readonly Hop[],
  story: Story,
  head: string,
  latexHead: string,
): DerivationStep {
  const symbols = new Map<string, Hop>();
  const cotangents = new Map<string, Expression>([[story.names.lossName, numberExpression(1)]]);
  const leafName = story.names.leafName(story.leaf);
  const starts = [...new Set(hops.map(hop => hop.from))];
  for (const start of starts) {
    const g = cotangents.get(start) ?? numberExpression(0);
    for (const hop of hops.filter(({ from }) => from === start)) {
      const key = `∂${hop.from}/∂${hop.to}`;
      symbols.set(key, hop);
      const factor = hop.rule.number === 1 ? hop.rule : symbol(key);
      const part = productOf(g, factor);
      const sum = cotangents.get(hop.to);
      cotangents.set(hop.to, sum === undefined ? part : sumOf(part, sum));
    }
  }
  const chain = cotangents.get(leafName) ?? numberExpression(0);
  const numbers: SymbolWriter = key => short(symbols.get(key)?.value ?? Number.NaN);
  const unit = symbolsOf(chain).length === 0;
  return {
    kind: 'chain',
    title: unit ? 'chain' : 'chain, with what the paths share taken out once',
    text: `${head} = ${writeText(chain)}`,
    latex: `${latexHead} = ${writeLatex(chain, undefined, key => {
      const hop = symbols.get(key);
      return hop === undefined ? latexName(key) : fraction(hop.from, hop.to);
    })}`,
    numbers: `${head} = ${withResult(writeText(chain, numbers), story.value)}`,
  };
}

export function fraction(from: string, to: string): string {
  return `\\frac{\\partial ${latexName(from)}}{\\partial ${latexName(to)}}`;
}

/** Writes names as numbers. */
function filled(numbers: Readonly<Record<string, number>>): SymbolWriter {
  return name => short(numbers[name] ?? Number.NaN);
}

/** Nine significant digits: enough to follow by hand, and more than a table shows. */
export function short(number: number): string {
  return String(Number(number.toPrecision(9))).replace(/^-/, '−');
}

function bracketed(number: number): string {
  return number < 0 ? `(${short(number)})` : short(number);
}

/** `formula = result`, or the formula alone where it is the result. */
function withResult(formula: string, result: number): string {
  return formula === short(result) ? formula : `${formula} = ${short(result)}`;
}
