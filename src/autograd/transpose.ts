// Forward mode of ops on whole arrays, without a second table of rules: a vjp is linear in the cotangent, and the transpose
// of that linear map is the derivative along a tangent. It is found by differentiating the vjp once more.

import { zeros } from '../ndarray/array.ts';
import { isFloat } from '../ndarray/dtype.ts';
import { enableGrad, modes, noGrad } from './modes.ts';
import { applyOp, arithmetic, type Op, type Operand, vjpOf } from './op.ts';
import { fitTo, handOn, sweepOperands } from './operands.ts';
import { routeTo } from './sweep.ts';
import { constantTensor, leafTensor, Tensor } from './tensor.ts';

/** The derivative of a structured op along `tangent` in its input `k`. */
export function transposed(
  op: Op,
  k: number,
  tangent: Operand,
  inputs: readonly Operand[],
  y: Tensor,
  params: unknown,
): Operand {
  const { structure } = op;
  if (structure === null || vjpOf(structure, k) === null) return 0;
  const x = inputs[k] as Operand;
  const direction = fitTo(tangent, x);
  if (structure.linear) return applyOp(op, inputs.with(k, direction), params);
  if (!isFloat(y.dtype)) return 0;
  const { grad } = modes;
  // Any cotangent will do, as the rule is linear in it.
  const g = leafTensor(zeros(y.shape, y.dtype), true);
  const handed = enableGrad(() => fitTo(handOn(op, k, g, inputs, y, params), x));
  if (!(handed instanceof Tensor) || !handed.requiresGrad) return 0;
  let sum: Operand = 0;
  const sweep = (): void =>
    sweepOperands(handed, fitTo(direction, handed), {
      route: routeTo(handed, [g]),
      deliver(_node, cotangent) {
        sum = sum === 0 ? cotangent : arithmetic().add(sum, cotangent);
      },
    });
  if (grad) sweep();
  else noGrad(sweep);
  return sum === 0 ? constantTensor(zeros(y.shape, y.dtype)) : fitTo(sum, y);
}
