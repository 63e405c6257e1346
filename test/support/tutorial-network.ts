// The 2-2-2 sigmoid network of the tutorial, built from named values.

import { add, mul, sigmoid, square, sub, type Value, value } from '../../src/index.ts';

export const NUMBERS = {
  i1: 0.05,
  i2: 0.1,
  o1: 0.01,
  o2: 0.99,
  w1: 0.15,
  w2: 0.2,
  w3: 0.25,
  w4: 0.3,
  w5: 0.4,
  w6: 0.45,
  w7: 0.5,
  w8: 0.55,
  b1: 0.35,
  b2: 0.6,
} as const;

export type LeafName = keyof typeof NUMBERS;

/** The leaves, without or (given a function) with names. */
export type Leaves = Readonly<Record<LeafName, Value>>;

/** New leaves with the numbers of the well-known worked example. */
export function leaves(): Leaves {
  const entries = Object.entries(NUMBERS).map(([name, data]) => [name, value(data, { name })]);
  return Object.fromEntries(entries) as Leaves;
}

/** The loss E = Ez + Et with every node of the notes named. */
export function network(l: Leaves): Value {
  const neuron = (a: Value, x: Value, b: Value, y: Value, bias: Value, tail: string) => {
    const net = add(add(mul(a, x), mul(b, y)), bias).named(`net${tail}`);
    return sigmoid(net).named(`out${tail}`);
  };
  const outh1 = neuron(l.w1, l.i1, l.w2, l.i2, l.b1, 'h1');
  const outh2 = neuron(l.w3, l.i1, l.w4, l.i2, l.b1, 'h2');
  const outy1 = neuron(l.w5, outh1, l.w6, outh2, l.b2, 'y1');
  const outy2 = neuron(l.w7, outh1, l.w8, outh2, l.b2, 'y2');
  const Ez = mul(0.5, square(sub(outy1, l.o1))).named('Ez');
  const Et = mul(0.5, square(sub(outy2, l.o2))).named('Et');
  return add(Ez, Et).named('E');
}
