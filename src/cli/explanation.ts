// What `seegrad explain` finds out about a formula: its value, its derivatives as formulas and as numbers, and the
// backward pass that computed them.

import { CONSTANTS, type Formula } from '../formula/formula.ts';
import {
  alias,
  differentiate,
  Expression,
  grad,
  type Operand,
  record,
  symbol,
  type Trace,
  type TraceGraph,
  Value,
  value,
} from '../index.ts';
import { UsageError } from './command.ts';

/** A derivative with respect to one or, for higher orders, several variables. */
export interface Derivative {
  wrt: readonly string[];
  /** Undefined where the formula is too long to be read. */
  expression: Expression | undefined;
  value: number;
}

/** A formula explained at a point. */
export interface Explanation {
  formula: Formula;
  /** The name of the result. */
  name: string;
  variables: ReadonlyMap<string, number>;
  expression: Expression;
  value: number;
  /** From the first order to the highest. */
  derivatives: Derivative[];
  /** The backward passes that computed the derivatives of the highest order. */
  trace: Trace;
}

/** What is asked. */
export interface Question {
  formula: Formula;
  variables: ReadonlyMap<string, number>;
  wrt: readonly string[];
  order: number;
}

const MOST_DERIVATIVES = 200;
const MOST_NODES = 100_000;
/** A formula of more terms than this is not differentiated further: nobody would read it. */
const MOST_TERMS = 20_000;

/**
 * Evaluates and differentiates a formula at a point.
 *
 * @throws UsageError where so many derivatives, or such large ones, are asked for that nobody could look at them.
 */
export function explain({ formula, variables, wrt, order }: Question): Explanation {
  const combinations = allCombinations(wrt, order);
  const name = freeName(new Set([...variables.keys(), ...formula.names.keys()]));
  const symbols = new Map<string, Operand>(
    [...formula.names.keys()].map(variable => [variable, symbol(variable)]),
  );
  const expression = asExpression(formula.run(symbols));
  const expressions = new Map<string, Expression | undefined>([['', expression]]);
  for (const list of combinations) {
    const parent = expressions.get(keyOf(list.slice(0, -1)));
    const last = list.at(-1) ?? '';
    const readable = parent !== undefined && parent.size <= MOST_TERMS;
    expressions.set(keyOf(list), readable ? differentiate(parent, last) : undefined);
  }
  const { trace, result } = record(
    () => differentiateNumbers({ formula, variables, wrt, order }, name, combinations),
    { title: `${name} = ${formula.text.trim()}`, source: false, check: true },
  );
  for (const graph of trace.graphs) nameSteps(graph);
  result.passes.forEach((list, k) => {
    const pass = trace.passes[k];
    if (pass !== undefined) pass.label = derivativeName(name, list);
  });
  return {
    formula,
    name,
    variables,
    expression,
    value: result.value,
    derivatives: combinations.map(list => ({
      wrt: list,
      expression: expressions.get(keyOf(list)),
      value: result.derivatives.get(keyOf(list)) ?? 0,
    })),
    trace,
  };
}

/** Names the steps in between t1, t2 …: the viewer gives what has a name a card of its own. */
function nameSteps({ nodes }: TraceGraph): void {
  const taken = new Set(nodes.map(node => node.name));
  let last = 0;
  for (const node of nodes) {
    if (node.kind !== 'op' || node.name !== undefined) continue;
    do last++;
    while (taken.has(`t${last}`));
    node.name = `t${last}`;
  }
}

/** Lists of variables to differentiate by, orders 1 to n; ∂²/∂x∂y and ∂²/∂y∂x are the same. */
function allCombinations(wrt: readonly string[], order: number): string[][] {
  const all: string[][] = [];
  let level: number[][] = [[]];
  for (let n = 1; n <= order && level.length > 0; n++) {
    level = level.flatMap(list =>
      wrt.flatMap((_, k) => (k >= (list.at(-1) ?? 0) ? [[...list, k]] : [])),
    );
    if (all.length + level.length > MOST_DERIVATIVES) {
      throw new UsageError(
        `up to order ${order} there are more than ${MOST_DERIVATIVES} derivatives; ` +
          'choose a smaller --order, or one variable with --wrt',
      );
    }
    all.push(...level.map(list => list.map(k => wrt[k] ?? '')));
  }
  return all;
}

interface Numbers {
  value: number;
  derivatives: Map<string, number>;
  /** What each recorded pass started from. */
  passes: (readonly string[])[];
}

/** Runs the formula and its backward passes: recorded ones below the highest order, then the ones to be shown. */
function differentiateNumbers(
  { formula, variables, wrt, order }: Question,
  name: string,
  combinations: readonly (readonly string[])[],
): Numbers {
  const leaves = new Map(
    [...variables].map(([leaf, x]) => [
      leaf,
      value(x, { name: leaf, requiresGrad: wrt.includes(leaf) }),
    ]),
  );
  const result = formula.run(new Map<string, Operand>([...CONSTANTS, ...leaves]));
  const numbers: Numbers = { value: numberOf(result), derivatives: new Map(), passes: [] };
  const nodes = new Map<string, Value>();
  enter([], result);
  for (const list of combinations) {
    if (list.length === order) continue;
    const parent = nodes.get(keyOf(list.slice(0, -1)));
    const leaf = leaves.get(list.at(-1) ?? '');
    if (parent === undefined || leaf === undefined) continue;
    const [derivative] = grad(parent, [leaf], { createGraph: true });
    if (derivative === undefined) continue;
    numbers.derivatives.set(keyOf(list), derivative.data);
    enter(list, derivative);
  }
  for (const list of [[], ...combinations].filter(({ length }) => length === order - 1)) {
    const parent = nodes.get(keyOf(list));
    if (parent === undefined) continue;
    for (const leaf of leaves.values()) leaf.zeroGrad();
    parent.backward({ retainGraph: true });
    numbers.passes.push(list);
    for (const [leaf, { grad }] of leaves) {
      const key = keyOf([...list, leaf]);
      if (grad !== null) numbers.derivatives.set(key, grad);
    }
  }
  return numbers;

  /** Keeps a derivative for the next order, under a name of its own, unless it does not vary. */
  function enter(list: readonly string[], operand: Operand): void {
    if (!(operand instanceof Value) || !operand.requiresGrad) return;
    const own = operand.isLeaf || operand.name !== undefined ? alias(operand) : operand;
    own.named(derivativeName(name, list));
    checkSize(own, list);
    nodes.set(keyOf(list), own);
  }
}

/** Derivatives of derivatives grow quickly. */
function checkSize(node: Value, list: readonly string[]): void {
  if (list.length === 0) return;
  const { trace } = record(() => node, { source: false });
  if ((trace.graphs[0]?.nodes.length ?? 0) > MOST_NODES) {
    throw new UsageError(
      `the derivative of order ${list.length} takes more than ${MOST_NODES} operations; choose a smaller --order`,
    );
  }
}

/** A derivative in the notation y(x)', y(x)'', y(x, z)''. */
export function derivativeName(name: string, wrt: readonly string[]): string {
  if (wrt.length === 0) return name;
  const [first] = wrt;
  const variables = wrt.every(variable => variable === first) ? first : wrt.join(', ');
  const digits = [...String(wrt.length)].map(digit => '⁰¹²³⁴⁵⁶⁷⁸⁹'.charAt(Number(digit))).join('');
  const order = wrt.length <= 3 ? "'".repeat(wrt.length) : `⁽${digits}⁾`;
  return `${name}(${variables})${order}`;
}

function keyOf(list: readonly string[]): string {
  return list.join(' ');
}

function freeName(taken: ReadonlySet<string>): string {
  const free = ['y', 'f', 'g', 'out'].find(name => !taken.has(name));
  return free ?? 'result';
}

function numberOf(operand: Operand): number {
  if (typeof operand === 'number') return operand;
  if (operand instanceof Value) return operand.data;
  throw new Error('a formula of values gave an expression');
}

function asExpression(operand: Operand): Expression {
  if (operand instanceof Expression) return operand;
  return new Expression(null, [], null, numberOf(operand));
}
