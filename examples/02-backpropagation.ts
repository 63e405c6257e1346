// Chapter 2: backpropagation by hand. The 2-2-2 sigmoid network of the well-known worked example, its gradient trace,
// and the chain rule for E(w5)' and E(w1)' written out beside what backward computes.

import { derive, formatTrace, record, type Value } from 'seegrad';
import { network, type Weights, weights } from './network.ts';

const leaves: Weights = weights();
const { trace, result: E } = record(
  () => {
    const loss: Value = network(leaves);
    loss.backward();
    return loss;
  },
  { title: 'backpropagation by hand', check: true },
);

console.log(`E = ${E.data}\n`);
console.log(formatTrace(trace));

for (const name of ['w5', 'w1'] as const) {
  const weight = leaves[name];
  const derivation = derive(E, weight);
  console.log(`\n∂E/∂${name}, step by step`);
  for (const { kind, text, numbers } of derivation.steps) {
    console.log(`  ${kind.padEnd(10)} ${text}`);
    if (kind !== 'path') console.log(`  ${''.padEnd(10)} ${numbers}`);
  }
  const same = derivation.value === weight.grad ? 'the same' : 'NOT the same';
  console.log(`  by hand ${derivation.value}, backward ${weight.grad}: ${same}`);
}
