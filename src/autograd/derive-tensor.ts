// Derivations of graphs of tensors: cotangents instead of fractions, since the derivative of a matrix by a matrix is no product.
//
// Told backward as one derives by hand: what each named node is, then for each of them, latest first, its cotangent
// ∂E/∂z in terms of the cotangents of the nodes that use it, and at last the whole expression.

import { showShape } from '../ndarray/errors.ts';
import { seedFor } from './backward.ts';
import type { Derivation, DerivationStep } from './derive.ts';
import { Names } from './derive-names.ts';
import { NoGradientError } from './errors.ts';
import { type Expression, numberExpression, symbol } from './expression.ts';
import { type SymbolWriter, writeLatex, writeText } from './notation.ts';
import { handle } from './operands.ts';
import { type Differentiable, numberOf, pullBack } from './pull-back.ts';
import { Reach, type Route, routeTo, type Sweep } from './sweep.ts';
import { cotangentOf, sumOf, symbolicSweep } from './symbols.ts';
import type { Chunk, Node } from './tape.ts';
import { type Nested, Tensor } from './tensor.ts';
import { latexName } from './trace.ts';
import type { Value } from './value.ts';

type Known = Value | Tensor;

/** A tensor with more elements than this goes by its name where numbers are filled in. */
const SMALL = 9;
/** No more named nodes than this are told one by one. */
const MANY = 200;

/** A named node on the way from the loss to the leaf, or the leaf. */
interface Stop {
  name: string;
  formula: Expression | null;
  node: Known;
}

/** Writes out the derivative of a loss that is a tensor of one element. */
export function deriveTensor(loss: Tensor, leaf: Known): Derivation<number | Tensor> {
  const seed = seedFor('derive', loss, undefined);
  const names = new Names(loss, leaf);
  const route = routeTo(loss, [leaf]);
  const reached =
    loss.chunk === null
      ? loss.leaf === leaf.leaf
      : route.rows.get(loss.chunk.serial)?.[loss.row] === 1;
  if (!reached) {
    throw new NoGradientError(
      `derive: ${names.lossName} does not depend on ${names.leafName(leaf)}`,
    );
  }
  const sweep = symbolicSweep(names);
  const expression = cotangentOf(sweep, loss, route);
  const stops = stopsOf(loss, leaf, names, route);
  const values = pullBack(
    [loss],
    [seed],
    stops.map(({ node }) => node),
    false,
  );
  const last = values.at(-1) as Differentiable;
  const value = leaf instanceof Tensor ? (last as Tensor) : numberOf(last);
  return {
    expression,
    text: writeText(expression),
    latex: writeLatex(expression),
    value,
    numbers: names.numbers,
    steps: [
      ...stops.flatMap(stop => definition(stop, names)),
      ...(stops.length > MANY ? [] : cotangents({ stops, names, route, sweep, loss, values })),
      result(expression, value, names, leaf),
    ],
  };
}

/** Named nodes on the way in order of creation, and last the leaf. */
function stopsOf(loss: Tensor, leaf: Known, names: Names, route: Route): Stop[] {
  const reach = new Reach(loss);
  const onWay = names.defined.filter(({ chunk, row }) => route.rows.get(chunk.serial)?.[row] === 1);
  const stops: Stop[] = onWay.map(({ name, formula, chunk, row }) => ({
    name,
    formula,
    node: handle(chunk, row, reach),
  }));
  const inner = stops.findIndex(({ node }) => sameNode(node, leaf));
  const last = inner >= 0 ? stops.splice(inner, 1)[0] : undefined;
  return [...stops, last ?? { name: names.leafName(leaf), formula: null, node: leaf }];
}

function sameNode(a: Known, b: Known): boolean {
  return a.chunk === null ? a.leaf === b.leaf : a.chunk === b.chunk && a.row === b.row;
}

function definition({ name, formula, node }: Stop, names: Names): DerivationStep[] {
  if (formula === null) return [];
  return [
    {
      kind: 'definition',
      title: name,
      text: `${name} = ${writeText(formula)}`,
      latex: `${latexName(name)} = ${writeLatex(formula)}`,
      numbers: `${name} = ${filledIn(formula, names, node)}`,
    },
  ];
}

interface Story {
  stops: readonly Stop[];
  names: Names;
  route: Route;
  sweep: Sweep<Expression>;
  loss: Tensor;
  values: readonly Differentiable[];
}

/** The cotangent of each named node, in those of the nodes that it goes into. */
function cotangents({ stops, names, route, sweep, loss, values }: Story): DerivationStep[] {
  const E = names.lossName;
  const stopAt = (node: { chunk: Chunk | null; row: number; leaf?: unknown }): number =>
    stops.findIndex(stop => sameNode(stop.node, node as Known));
  const rules: (Expression | undefined)[] = [];
  const starts = stops.filter(stop => stop.formula !== null).reverse();
  for (const { name, node } of starts) {
    const { chunk, row } = node;
    if (chunk === null) continue;
    const isLoss = sameNode(node, loss);
    const shape = node instanceof Tensor ? node.shape : [];
    const g = isLoss ? numberExpression(1) : symbol(cotangentName(E, name), { shape });
    const bounded: Route = {
      rows: route.rows,
      isTarget: (c, r) => !(c === chunk && r === row) && stopAt({ chunk: c, row: r }) >= 0,
      isTargetLeaf: route.isTargetLeaf,
      stopAtTargets: true,
    };
    sweep({ chunk, row, links: loss.links, leaf: null }, g, {
      route: bounded,
      readFreed: true,
      deliver(to, rule) {
        const k = stopAt(to as Node);
        const sum = rules[k];
        rules[k] = sum === undefined ? rule : sumOf(sum, rule);
      },
    });
  }
  const order = stops.map((_, k) => k).reverse();
  // The leaf stands last in the list and comes last in the story.
  order.push(order.shift() as number);
  return order.flatMap(k => {
    const [stop, rule] = [stops[k] as Stop, rules[k]];
    if (rule === undefined) return [];
    return [factor(stop, rule, E, shown(values[k] as Differentiable))];
  });
}

function factor({ name }: Stop, rule: Expression, loss: string, value: string): DerivationStep {
  const left = cotangentName(loss, name);
  return {
    kind: 'factor',
    title: `gradient of ${loss} at ${name}`,
    text: `${left} = ${writeText(rule)}`,
    latex: `${cotangentLatex(loss, name)} = ${writeLatex(rule, undefined, key => latexOf(key, loss))}`,
    numbers: `${left} = ${value}`,
  };
}

function result(
  expression: Expression,
  value: number | Tensor,
  names: Names,
  leaf: Known,
): DerivationStep {
  const name = names.leafName(leaf);
  const head = cotangentName(names.lossName, name);
  return {
    kind: 'result',
    title: head,
    text: `${head} = ${writeText(expression)}`,
    latex: `${cotangentLatex(names.lossName, name)} = ${writeLatex(expression)}`,
    numbers: `${head} = ${filledIn(expression, names, value)}`,
  };
}

function cotangentName(loss: string, name: string): string {
  return `∂${loss}/∂${name}`;
}

function cotangentLatex(loss: string, name: string): string {
  return `\\frac{\\partial ${latexName(loss)}}{\\partial ${latexName(name)}}`;
}

function latexOf(key: string, loss: string): string {
  const start = cotangentName(loss, '');
  return key.startsWith(start) ? cotangentLatex(loss, key.slice(start.length)) : latexName(key);
}

/** The formula with its numbers and small tensors, and what it comes to. */
function filledIn(formula: Expression, names: Names, value: Known | number): string {
  const fill: SymbolWriter = name => {
    const known = names.numbers[name];
    if (typeof known === 'number') return shown(known);
    return known !== undefined && known.size <= SMALL ? shown(known) : undefined;
  };
  const written = writeText(formula, fill);
  const outcome = shown(value);
  return written === outcome ? written : `${written} = ${outcome}`;
}

/** A number in nine digits, a small tensor in one line, a large one by what it is. */
function shown(x: Differentiable): string {
  if (!(x instanceof Tensor)) {
    return String(Number(numberOf(x).toPrecision(9))).replace(/^-/, '−');
  }
  if (x.size > SMALL) return `a tensor ${showShape(x.shape)}`;
  if (x.size === 1) return shown(x.item());
  return nested(x.toArray());
}

/** Six digits each: enough to see what is what. */
function nested(x: Nested): string {
  if (typeof x === 'object') return `[${x.map(nested).join(', ')}]`;
  return String(Number(Number(x).toPrecision(6))).replace(/^-/, '−');
}
