// Training in view: every step is recorded and streamed to the viewer while the program runs. Open the address that is
// printed; with `--stay` the page is served after the training until Ctrl-C.

import { watch } from 'seegrad';
import { network, weights } from './network.ts';

const leaves = weights();
const RATE = 0.5;

/** One step of gradient descent on the weights; the biases stay as in the worked example. */
function step(): number {
  const loss = network(leaves);
  loss.backward();
  for (const [name, leaf] of Object.entries(leaves)) {
    if (name.startsWith('w')) leaf.data -= RATE * (leaf.grad ?? 0);
    leaf.zeroGrad();
  }
  return loss.data;
}

for (let k = 0; k <= 1000; k++) {
  const loss = await watch(step, { title: 'training in view', every: 5 });
  if (k % 250 === 0) console.log(`step ${String(k).padStart(4)}   E = ${loss.toFixed(9)}`);
}

if (process.argv.includes('--stay')) await watch.end();
