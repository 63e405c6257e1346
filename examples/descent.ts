// One step of plain gradient descent, shared by the examples that train.

import { noGrad, type Tensor } from 'seegrad';

/** Moves each weight against its gradient, w ← w − rate · ∂E/∂w, and clears the gradient for the next pass. */
export function descend(weights: readonly Tensor[], rate: number): void {
  noGrad(() => {
    for (const w of weights) {
      if (w.grad !== null) w.sub_(w.grad.mul(rate));
      w.zeroGrad();
    }
  });
}
