// The first demo: a 2-2-2 network of sigmoid neurons. Its gradients are derived by hand, with the chain rule written
// out, and computed by one backward pass; the numbers must agree to the last digit.

import {
  add,
  type Derivation,
  derive,
  mul,
  record,
  scope,
  sigmoid,
  square,
  sub,
  type Value,
  value,
} from '../index.ts';
import type { DemoResult } from './demos.ts';
import { brief, exact } from './numbers.ts';
import { passTable, tellInFull } from './pass.ts';
import { type Style, wrap, wrapFormula } from './terminal.ts';

/** Inputs, targets, weights and biases of the well-known worked example (Mazur, 2015). */
const START: Readonly<Record<string, number>> = {
  ...{ i1: 0.05, i2: 0.1, o1: 0.01, o2: 0.99, b1: 0.35, b2: 0.6 },
  ...{ w1: 0.15, w2: 0.2, w3: 0.25, w4: 0.3, w5: 0.4, w6: 0.45, w7: 0.5, w8: 0.55 },
};

const DERIVED = ['w5', 'w1'] as const;
const STEPS = 10_000;
const RATE = 0.5;

/** Builds the network from its leaves, with every node named as in the derivation; returns the loss E. */
function network(leaf: (name: string) => Value): Value {
  const neuron = (
    name: string,
    wa: string,
    a: Value,
    wb: string,
    b: Value,
    bias: string,
  ): Value => {
    const net = add(add(mul(leaf(wa), a), mul(leaf(wb), b)), leaf(bias)).named(`net${name}`);
    return sigmoid(net).named(`out${name}`);
  };
  const [h1, h2] = scope('hidden', () => [
    neuron('h1', 'w1', leaf('i1'), 'w2', leaf('i2'), 'b1'),
    neuron('h2', 'w3', leaf('i1'), 'w4', leaf('i2'), 'b1'),
  ]) as [Value, Value];
  const [y1, y2] = scope('output', () => [
    neuron('y1', 'w5', h1, 'w6', h2, 'b2'),
    neuron('y2', 'w7', h1, 'w8', h2, 'b2'),
  ]) as [Value, Value];
  return scope('loss', () => {
    const Ez = mul(0.5, square(sub(y1, leaf('o1')))).named('Ez');
    const Et = mul(0.5, square(sub(y2, leaf('o2')))).named('Et');
    return add(Ez, Et).named('E');
  });
}

/** The first pass, whose gradients are derived by hand, and a few more while the weights are trained. */
export function backpropagation(style: Style): DemoResult {
  const title = 'Backpropagation by hand: a 2-2-2 network of sigmoid neurons';
  const leaves = new Map(Object.entries(START).map(([name, x]) => [name, value(x, { name })]));
  const leaf = (name: string): Value => leaves.get(name) as Value;
  const derivations: string[] = [];
  let loss = Number.NaN;
  const { trace } = record(
    () => {
      for (let step = 0; step <= STEPS; step++) {
        const E = network(leaf);
        E.backward();
        loss = E.data;
        if (step === 0) {
          for (const name of DERIVED) {
            const grad = leaf(name).grad ?? Number.NaN;
            derivations.push('', ...handDerivation(name, derive(E, leaf(name)), grad, style));
          }
        }
        for (const [name, node] of leaves) {
          if (name.startsWith('w')) node.data -= RATE * (node.grad ?? 0);
          node.zeroGrad();
        }
      }
    },
    { title, source: false, every: STEPS / 20, check: true },
  );
  const [pass] = trace.passes;
  if (pass === undefined) throw new Error('the backward pass left no trace');
  pass.label = 'backward from E';
  const lines = [
    ...wrap('neth1 = w1·i1 + w2·i2 + b1', 4),
    '    outh1 = sigmoid(neth1)       and so on for outh2, outy1, outy2',
    '    Ez = ½ (outy1 − o1)²         Et = ½ (outy2 − o2)²         E = Ez + Et',
    '',
    style.bold('  Gradient trace: the backward pass, last node first'),
    '',
    ...passTable(tellInFull(trace, pass), style),
    ...derivations,
    '',
    style.bold('  Training'),
    ...wrap(
      `${STEPS} steps of size ${RATE} along the weights, biases fixed: E falls to ${brief(loss)}. ` +
        `Every ${STEPS / 20}th pass is in the trace.`,
      4,
    ),
  ];
  return { title, lines, trace };
}

function handDerivation(
  name: string,
  derivation: Derivation,
  grad: number,
  style: Style,
): string[] {
  const lines = [style.bold(`  Hand derivation of E(${name})'`)];
  let kind = '';
  for (const step of derivation.steps) {
    if (step.kind !== kind) lines.push('', style.dim(`    ${HEADINGS[step.kind]}`));
    kind = step.kind;
    lines.push(...wrapFormula(step.text, 6));
    if (step.kind !== 'path') lines.push(...wrapFormula(numbersOf(step.numbers, step.text), 10));
  }
  const agree = Object.is(derivation.value, grad) ? 'equal to the last digit' : 'they differ';
  return [
    ...lines,
    '',
    `      by hand    ${style.accent(exact(derivation.value))}`,
    `      backward   ${style.accent(exact(grad))}   ${agree}`,
  ];
}

const HEADINGS: Readonly<Record<Derivation['steps'][number]['kind'], string>> = {
  definition: 'The formulas on the way',
  path: 'The paths from E back to the weight',
  chain: 'The chain rule along them',
  factor: 'Each factor',
  result: 'Put together',
};

/** The line with the numbers without the left side that the line above it has already. */
function numbersOf(numbers: string, text: string): string {
  const left = text.slice(0, text.indexOf(' = '));
  return numbers.startsWith(`${left} `) ? numbers.slice(left.length + 1) : `= ${numbers}`;
}
