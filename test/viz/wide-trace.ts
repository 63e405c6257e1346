// A trace of any size for the tests of scale: rows of neurons over single numbers, recorded by the engine itself.

import type { Trace } from '../../src/autograd/trace.ts';
import { record, tanh, type Value, value } from '../../src/index.ts';

/** So many layers of so many neurons, each fed by three of the layer before. Nothing is named, so nothing folds. */
export function wideTrace(layers: number, width: number): Trace {
  const { trace } = record(() => {
    let row: Value[] = Array.from({ length: width }, (_, k) => value(k / width));
    for (let layer = 0; layer < layers; layer++) {
      row = row.map((it, k) => {
        const others = [row[(k + 1) % width] ?? it, row[(k + 3) % width] ?? it];
        return tanh(it.mul(others[0] ?? it).add(others[1] ?? it));
      });
    }
    const loss = row.reduce((sum, it) => sum.add(it));
    loss.backward();
    return loss;
  });
  return trace;
}
