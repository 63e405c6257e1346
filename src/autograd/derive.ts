// The chain rule written out: the reverse sweep run on symbols, with named nodes as atoms, told step by step.

import { requireGraph } from './backward.ts';
import { ArgumentError, describe, NoGradientError } from './errors.ts';
import { type Expression, numberExpression, symbol, symbolsOf, term } from './expression.ts';
import { type SymbolWriter, writeLatex, writeText } from './notation.ts';
import { sweepNumbersAside } from './numbers.ts';
import { opOf, type Route, reachable, routeTo, type Sweep } from './sweep.ts';
import { cotangentOf, productOf, sumOf, symbolicSweep } from './symbols.ts';
import type { Chunk, Node } from './tape.ts';
import { latexName } from './trace.ts';
import { noteOf, type Value } from './value.ts';

/** One line of a derivation: what it is about, with symbols and with the numbers filled in. */
export interface DerivationStep {
  /** What kind of line this is. */
  kind: 'definition' | 'path' | 'chain' | 'factor' | 'result';
  title: string;
  text: string;
  latex: string;
  numbers: string;
}

/** The derivative of a loss with respect to one leaf, written out. */
export interface Derivation {
  /** The derivative in the names of the nodes, factored along the paths. */
  expression: Expression;
  /** The same as text, such as `(outy1 − o1) · sigmoid_derivative(outy1) · outh1`. */
  text: string;
  latex: string;
  /** The derivative as a number: what `backward` computes. */
  value: number;
  /** The number behind every name in the expression. */
  numbers: Readonly<Record<string, number>>;
  steps: DerivationStep[];
}

/** An unnamed node whose formula would be longer than this many ops gets a name of its own. */
const LONG = 40;
/** No more paths than this are written out one by one. */
const MANY_PATHS = 8;

/**
 * Writes out the derivative of `loss` with respect to `leaf`, in the names given with `.named(…)`.
 *
 * ```ts
 * const x = value(3, { name: 'x' });
 * const t = square(x).named('t');
 * derive(sin(t).named('y'), x).text; // 'cos(t) · 2x'
 * ```
 * @throws NoGradientError where `loss` does not depend on `leaf`.
 */
export function derive(loss: Value, leaf: Value): Derivation {
  for (const node of [loss, leaf] as unknown[]) {
    if (typeof node !== 'object' || node === null || !('requiresGrad' in node)) {
      throw new ArgumentError(
        `derive takes two Values, the loss and a leaf, got ${describe(node)}`,
      );
    }
  }
  requireGraph('derive', loss);
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
    numbers: names.numbers,
    steps: tell({ loss, leaf, names, route, sweep, expression, value }),
  };
}

/** How each node is written: by its name, or by its formula in named nodes. */
class Names {
  /** The number behind each name. */
  readonly numbers: Record<string, number> = Object.create(null) as Record<string, number>;
  /** Nodes that go by a name, in order of creation, with their formulas; by chunk base and row. */
  readonly defined: { name: string; formula: Expression; chunk: Chunk; row: number }[] = [];
  lossName: string;
  private readonly rows = new Map<number, Map<number, Expression>>();
  private readonly leaves = new Map<unknown, Expression>();
  private readonly taken = new Map<string, number>();

  constructor(loss: Value, leaf: Value) {
    this.lossName = loss.name ?? 'y';
    const graph = reachable(loss);
    // Names that the user gave come first, so that none is taken by a node without one.
    for (const { chunk, rows } of graph) {
      for (const row of rows) {
        for (const leaf of this.leavesOf(chunk, row)) this.enterLeaf(leaf.node, leaf.value, true);
      }
    }
    for (const { chunk, rows } of graph) {
      const here = new Map<number, Expression>();
      this.rows.set(chunk.base, here);
      for (const row of rows) {
        for (const leaf of this.leavesOf(chunk, row)) this.enterLeaf(leaf.node, leaf.value, false);
        const formula = term(opOf(chunk, row), this.inputs(chunk, row));
        const isLoss = chunk === loss.chunk && row === loss.row;
        const given = chunk.notes.get(row)?.name ?? (isLoss ? this.lossName : undefined);
        const isTarget = chunk === leaf.chunk && row === leaf.row;
        const name = given ?? (isTarget || formula.size > LONG ? 't' : undefined);
        if (name === undefined) {
          here.set(row, formula);
          continue;
        }
        const unique = this.enter(name, chunk.values[row] as number, given === undefined);
        // A loss without a name of its own is y on the left of an equation, its formula on the right.
        const unnamed = isLoss && loss.name === undefined && formula.size <= LONG;
        here.set(row, unnamed ? formula : symbol(unique));
        if (isLoss) this.lossName = unique;
        this.defined.push({ name: unique, formula, chunk, row });
      }
    }
  }

  /** How a row is written. */
  of(chunk: Chunk, row: number): Expression {
    return this.rows.get(chunk.base)?.get(row) as Expression;
  }

  /** How the inputs of a row are written. */
  inputs(chunk: Chunk, row: number): Expression[] {
    const inputs: Expression[] = [];
    const end = chunk.first[row + 1] as number;
    for (let edge = chunk.first[row] as number; edge < end; edge++) {
      const input = chunk.edges[edge] as number;
      const external = input >= 0 ? null : (chunk.externals[~input] as Node | number | null);
      if (input >= 0) inputs.push(this.of(chunk, input));
      else if (external === null) {
        inputs.push(numberExpression(chunk.externalValues[~input] as number));
      } else if (typeof external === 'number') {
        const rows = this.rows.get(chunk.foreign[external] as number);
        inputs.push(rows?.get(chunk.foreign[external + 1] as number) as Expression);
      } else inputs.push(this.leaves.get(external.leaf) as Expression);
    }
    return inputs;
  }

  /** The name of a leaf or of a named row. */
  leafName(node: Value): string {
    const known =
      node.chunk === null
        ? this.leaves.get(node.leaf)
        : this.rows.get(node.chunk.base)?.get(node.row);
    return known?.symbol ?? node.name ?? 'x';
  }

  private leavesOf(chunk: Chunk, row: number): { node: Node; value: number }[] {
    const found: { node: Node; value: number }[] = [];
    const end = chunk.first[row + 1] as number;
    for (let edge = chunk.first[row] as number; edge < end; edge++) {
      const input = chunk.edges[edge] as number;
      const external = input >= 0 ? null : chunk.externals[~input];
      if (external === null || external === undefined || typeof external === 'number') continue;
      found.push({ node: external, value: chunk.externalValues[~input] as number });
    }
    return found;
  }

  private enterLeaf(node: Node, value: number, named: boolean): void {
    if (this.leaves.has(node.leaf)) return;
    const name = noteOf(node as Value).name;
    if (named !== (name !== undefined)) return;
    this.leaves.set(node.leaf, symbol(this.enter(name ?? 'x', value, name === undefined)));
  }

  /** Enters a name, with a number behind it where it is taken (h, h_2, h_3) or made up (t1, t2). */
  private enter(name: string, value: number, numbered: boolean): string {
    let unique = numbered ? `${name}1` : name;
    for (let n = this.taken.get(name) ?? 2; Object.hasOwn(this.numbers, unique); n++) {
      unique = numbered ? `${name}${n}` : `${name}_${n}`;
      this.taken.set(name, n + 1);
    }
    this.numbers[unique] = value;
    return unique;
  }
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
  const onWay = names.defined.filter(({ chunk, row }) => route.rows.get(chunk.base)?.[row] === 1);
  const head = `${names.lossName}(${leafName})'`;
  const latexHead = fraction(names.lossName, leafName);
  const numbers = filled(names.numbers);
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
  const named = new Map(names.defined.map(d => [`${d.chunk.base}:${d.row}`, d.name]));
  const bounded: Route = {
    rows: route.rows,
    isTarget: (c, r) => !(c === chunk && r === row) && named.has(`${c.base}:${r}`),
    isTargetLeaf: route.isTargetLeaf,
    stopAtTargets: true,
  };
  const nameOf = (node: Node | { chunk: Chunk; row: number }): string =>
    node.chunk === null ? leafName : (named.get(`${node.chunk.base}:${node.row}`) ?? leafName);
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

function fraction(from: string, to: string): string {
  return `\\frac{\\partial ${latexName(from)}}{\\partial ${latexName(to)}}`;
}

/** Writes names as numbers. */
function filled(numbers: Readonly<Record<string, number>>): SymbolWriter {
  return name => short(numbers[name] ?? Number.NaN);
}

/** Nine significant digits: enough to follow by hand, and more than a table shows. */
function short(number: number): string {
  return String(Number(number.toPrecision(9))).replace(/^-/, '−');
}

function bracketed(number: number): string {
  return number < 0 ? `(${short(number)})` : short(number);
}

/** `formula = result`, or the formula alone where it is the result. */
function withResult(formula: string, result: number): string {
  return formula === short(result) ? formula : `${formula} = ${short(result)}`;
}
