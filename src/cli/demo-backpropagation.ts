// The first demo: a 2-2-2 network of sigmoid neurons. Its gradients are derived by hand, with the chain rule written
// out, and computed by one backward pass; the numbers must agree to the last digit.

import {
  add,
  type Derivation,
  derive,
  mul,
  record,
  sigmoid,
  square,
  sub,
  type Value,
  value,
} from '../index.ts';
import type { DemoResult } from './demos.ts';
import { exact } from './numbers.ts';
import { passTable, tellInFull } from './pass.ts';
import { type Style, wrap, wrapFormula } from './terminal.ts';

/** Inputs, targets, weights and biases of the well-known worked example (Mazur, 2015). */
const INPUTS = [0.05, 0.1] as const;
const TARGETS = [0.01, 0.99] as const;
const WEIGHTS = [0.15, 0.2, 0.25, 0.3, 0.4, 0.45, 0.5, 0.55] as const;
const BIASES = [0.35, 0.6] as const;

const DERIVED = ['w5', 'w1'] as const;

interface Network {
  loss: Value;
  weights: ReadonlyMap<string, Value>;
}

/** Builds the network with every node named as in the derivation. */
function network(): Network {
  const fixed = (name: string, x: number): Value => value(x, { name, requiresGrad: false });
  const [i1, i2] = [fixed('i1', INPUTS[0]), fixed('i2', INPUTS[1])];
  const [o1, o2] = [fixed('o1', TARGETS[0]), fixed('o2', TARGETS[1])];
  const weights = new Map(WEIGHTS.map((x, k) => [`w${k + 1}`, value(x, { name: `w${k + 1}` })]));
  const w = (k: number): Value => weights.get(`w${k}`) ?? value(0);
  const [b1, b2] = [value(BIASES[0], { name: 'b1' }), value(BIASES[1], { name: 'b2' })];

  const neuron = (name: string, wa: Value, a: Value, wb: Value, b: Value, bias: Value): Value => {
    const net = add(add(mul(wa, a), mul(wb, b)), bias).named(`net${name}`);
    return sigmoid(net).named(`out${name}`);
  };
  const outh1 = neuron('h1', w(1), i1, w(2), i2, b1);
  const outh2 = neuron('h2', w(3), i1, w(4), i2, b1);
  const outy1 = neuron('y1', w(5), outh1, w(6), outh2, b2);
  const outy2 = neuron('y2', w(7), outh1, w(8), outh2, b2);
  const loss = add(mul(0.5, square(sub(outy1, o1))), mul(0.5, square(sub(outy2, o2)))).named('E');
  return { loss, weights };
}

/** Runs the network once forward and once backward, and derives two of its gradients by hand. */
export function backpropagation(style: Style): DemoResult {
  const title = 'Backpropagation by hand: a 2-2-2 network of sigmoid neurons';
  const { trace, result } = record(
    () => {
      const built = network();
      built.loss.backward({ retainGraph: true });
      return built;
    },
    { title, source: false },
  );
  const { loss, weights } = result;
  const [pass] = trace.passes;
  if (pass === undefined) throw new Error('the backward pass left no trace');
  pass.label = 'backward from E';
  const lines = [
    ...wrap('neth1 = w1·i1 + w2·i2 + b1', 4),
    '    outh1 = sigmoid(neth1)       and so on for outh2, outy1, outy2',
    '    E = ½ (outy1 − o1)² + ½ (outy2 − o2)²',
    '',
    style.bold('  Gradient trace: the backward pass, last node first'),
    '',
    ...passTable(tellInFull(trace, pass), style),
  ];
  for (const name of DERIVED) {
    const weight = weights.get(name);
    if (weight === undefined) continue;
    lines.push('', ...handDerivation(name, derive(loss, weight), weight.grad ?? Number.NaN, style));
  }
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
