// The network of chapter 2, shared by the examples that differentiate it and that train it.

import { scope, sigmoid, square, type Value, value } from 'seegrad';

const START = {
  ...{ i1: 0.05, i2: 0.1, o1: 0.01, o2: 0.99 },
  ...{ w1: 0.15, w2: 0.2, w3: 0.25, w4: 0.3, w5: 0.4, w6: 0.45, w7: 0.5, w8: 0.55 },
  ...{ b1: 0.35, b2: 0.6 },
};

/** All leaves of the network by name. */
export type Weights = Record<keyof typeof START, Value>;

/** Fresh leaves with the numbers of the worked example. */
export function weights(): Weights {
  const entries = Object.entries(START).map(([name, number]) => [name, value(number, { name })]);
  return Object.fromEntries(entries) as Weights;
}

/** The loss E of the network. */
export function network({
  i1,
  i2,
  o1,
  o2,
  w1,
  w2,
  w3,
  w4,
  w5,
  w6,
  w7,
  w8,
  b1,
  b2,
}: Weights): Value {
  const [outh1, outh2] = scope('hidden', () => {
    const neth1 = w1.mul(i1).add(w2.mul(i2)).add(b1).named('neth1');
    const neth2 = w3.mul(i1).add(w4.mul(i2)).add(b1).named('neth2');
    return [sigmoid(neth1).named('outh1'), sigmoid(neth2).named('outh2')] as const;
  });
  const [outy1, outy2] = scope('output', () => {
    const nety1 = w5.mul(outh1).add(w6.mul(outh2)).add(b2).named('nety1');
    const nety2 = w7.mul(outh1).add(w8.mul(outh2)).add(b2).named('nety2');
    return [sigmoid(nety1).named('outy1'), sigmoid(nety2).named('outy2')] as const;
  });
  return scope('loss', () => {
    const Ez = square(outy1.sub(o1)).mul(0.5).named('Ez');
    const Et = square(outy2.sub(o2)).mul(0.5).named('Et');
    return Ez.add(Et).named('E');
  });
}
