// Chapter 2, continued: training the network of the worked example for 10,000 steps with learning rate 0.5 and fixed
// biases. Every thousandth backward pass is recorded; all of them share one structure in the trace.

import { record } from 'seegrad';
import { network, weights } from './network.ts';

const STEPS = 10_000;
const RATE = 0.5;

const leaves = weights();
const trained = Object.entries(leaves).filter(([name]) => name.startsWith('w'));
let loss = Number.NaN;

const { trace } = record(
  () => {
    for (let step = 0; step <= STEPS; step++) {
      const E = network(leaves);
      E.backward();
      loss = E.data;
      for (const [, w] of trained) w.data -= RATE * (w.grad ?? 0);
      for (const leaf of Object.values(leaves)) leaf.zeroGrad();
    }
  },
  { title: 'training for 10,000 steps', every: STEPS / 10 },
);

const [graph] = trace.graphs;
const rows = trace.passes.map(({ step, values, gradients }) => {
  const root = graph?.root ?? 0;
  const w1 = graph?.nodes.findIndex(node => node.name === 'w1') ?? 0;
  return { step, E: Number(values[root]), w1: Number(values[w1]), slope: Number(gradients[w1]) };
});
console.log('  step            E         w1      ∂E/∂w1');
for (const { step, E, w1, slope } of rows) {
  console.log(
    `${String(step).padStart(6)}  ${E.toExponential(5)}  ${w1.toFixed(6)}  ${slope.toExponential(3).padStart(10)}`,
  );
}
console.log(
  `\n${trace.passes.length} passes recorded over ${trace.graphs.length} structure of ${graph?.nodes.length} nodes`,
);
console.log(`loss after ${STEPS} steps: ${loss.toExponential(3)}`);
