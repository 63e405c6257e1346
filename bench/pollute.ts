// What a program may have done before it trains: the other readings of the same rules, so that the hot paths have seen
// their types.

import {
  derive,
  grad,
  hessian,
  jacobian,
  jvp,
  mul,
  record,
  sin,
  tanh,
  value,
} from '../src/index.ts';

/** Records a pass, once. */
export function recordOnce(): void {
  record(() => {
    const x = value(0.5, { name: 'x' });
    x.mul(x).tanh().backward();
  });
}

/** Runs every transform often enough to be compiled. */
export function everything(): void {
  recordOnce();
  for (let k = 0; k < 300; k++) {
    const x = value(0.5, { name: 'x' });
    const y = x.mul(x).add(x).tanh().mul(3);
    derive(y, x);
    y.backward();
    grad(b => grad(a => mul(sin(a), tanh(a)).add(2))(b))(0.3);
    jacobian((a, b) => [a.mul(b).relu(), a.add(b).sigmoid()], [2, 3]);
    hessian((a, b) => a.mul(a).mul(b), [2, 3]);
    jvp((a, b) => [a.mul(b).exp()], [2, 3], [1, 10]);
  }
}
