// The Jacobian of one output: a sweep per element.

import { zeros } from '../ndarray/array.ts';
import { tensorArithmetic } from './op.ts';
import { type Differentiable, pullBack } from './pull-back.ts';
import { constantTensor, Tensor } from './tensor.ts';
import type { Value } from './value.ts';

/** ∂output/∂input for each input; of a tensor the shape of the output followed by that of the input. */
export function jacobianRows(
  output: Differentiable,
  inputs: readonly (Value | Tensor)[],
  recorded: boolean,
): Differentiable[] {
  if (!(output instanceof Tensor)) return pullBack([output], [1], inputs, recorded);
  const { reshape, stack } = tensorArithmetic();
  const rows = Array.from({ length: output.size }, (_, i) => {
    const seed = zeros(output.shape, output.dtype);
    seed.data[i] = 1;
    return pullBack([output], [constantTensor(seed)], inputs, recorded);
  });
  return inputs.map((input, k) => {
    const shape = [...output.shape, ...(input instanceof Tensor ? input.shape : [])];
    if (rows.length === 0) return constantTensor(zeros(shape, output.dtype));
    return reshape(stack(rows.map(row => row[k] as Differentiable)), shape) as Tensor;
  });
}
