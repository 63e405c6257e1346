// Whether a pass is free of NaN and ∞: asked of every pass, so as quick as can be. What is wrong is for anomalies.ts to say.

import type { TraceNumber, TracePass, TraceTensor } from '../../autograd/trace.ts';

/** Whether all numbers and all elements of a pass are finite. A norm may overflow where all elements are finite. */
export function isAllFinite({ values, gradients, contributions, tensors }: TracePass): boolean {
  return (
    areFine(values, tensors?.values) &&
    areFine(gradients, tensors?.gradients) &&
    areFine(contributions, tensors?.contributions)
  );
}

/**
 * Whether something is wrong for certain, without looking for where: a NaN, or a loss or a gradient that is not finite. What
 * else is infinite may be so by intent.
 */
export function isSick(
  { values, gradients, contributions, tensors }: TracePass,
  root: number,
): boolean {
  return (
    !areFine(gradients, tensors?.gradients) ||
    !areFine(contributions, tensors?.contributions) ||
    !areFine(values.slice(root, root + 1), tensors?.values.slice(root, root + 1)) ||
    values.some((x, k) => (tensors?.values[k]?.norm ?? x) === 'NaN')
  );
}

function areFine(
  numbers: readonly (TraceNumber | null)[],
  tensors: readonly (TraceTensor | null)[] = [],
): boolean {
  for (let k = 0; k < numbers.length; k++) {
    const tensor = tensors[k];
    // JSON has no number for what is not finite, nor for −0.
    const x = tensor ? tensor.nonfinite : numbers[k];
    if (tensor ? x !== 0 : typeof x === 'string' && x !== '-0') return false;
  }
  return true;
}
