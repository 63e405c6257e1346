// A function of two variables minimised with its Hessian: Newton's method on Rosenbrock's valley, beside plain gradient
// descent. The Hessian is the gradient differentiated once more; nothing is derived by hand.

import { grad, hessian, type Value } from 'seegrad';

/** (1 − x)² + 100 (y − x²)²: a curved valley with its minimum 0 at (1, 1). */
function rosenbrock(x: Value, y: Value): Value {
  return x.neg().add(1).square().add(y.sub(x.square()).square().mul(100));
}

const show = (n: number): string => n.toFixed(6).padStart(10);

console.log("Newton's method from (−1.2, 1)");
console.log('  step         x          y      ‖∇f‖       f');
let [x, y] = [-1.2, 1];
for (let step = 0; step < 20; step++) {
  const [gx, gy] = grad(rosenbrock)(x, y);
  const [[a, b], [c, d]] = hessian(rosenbrock, [x, y]) as [[number, number], [number, number]];
  const norm = Math.hypot(gx, gy);
  const f = (1 - x) ** 2 + 100 * (y - x * x) ** 2;
  console.log(
    `${String(step).padStart(6)}${show(x)} ${show(y)}  ${norm.toExponential(2)}  ${f.toExponential(2)}`,
  );
  if (norm < 1e-10) break;
  // Solve H·s = −∇f by Cramer's rule.
  const det = a * d - b * c;
  x += (b * gy - d * gx) / det;
  y += (c * gx - a * gy) / det;
}

console.log('\ngradient descent from the same point, step size 0.001');
[x, y] = [-1.2, 1];
for (let step = 0; step <= 5000; step++) {
  const [gx, gy] = grad(rosenbrock)(x, y);
  if (step % 1000 === 0)
    console.log(
      `${String(step).padStart(6)}${show(x)} ${show(y)}  ${Math.hypot(gx, gy).toExponential(2)}`,
    );
  x -= 0.001 * gx;
  y -= 0.001 * gy;
}
