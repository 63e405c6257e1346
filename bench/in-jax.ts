// The same in jax-js on its WebAssembly backend: op by op, and with the whole step compiled by its jit. It is loaded by
// name, as TensorFlow.js is. An array is consumed by its use there; `.ref` keeps it for one more.

import {
  type Engine,
  EPSILON,
  HEADS,
  type Numbers,
  type Program,
  RATE,
  type Task,
} from './tasks.ts';

const import_ = async (specifier: string) => await import(specifier);
type Library = Awaited<ReturnType<typeof import_>>;

/** Op by op, and compiled. */
export async function jax(): Promise<Engine[]> {
  const library = await import_('@jax-js/jax');
  await library.init('wasm');
  library.defaultDevice('wasm');
  return [false, true].map(jit => ({
    name: jit ? 'jax-js jit' : 'jax-js',
    activate: () => {},
    prepare: (task: Task) => prepare(library, task, jit),
  }));
}

function prepare(
  { numpy: np, nn, lax, jit, valueAndGrad }: Library,
  task: Task,
  compiled: boolean,
): Program | null {
  const of = ({ data, shape }: Numbers) => np.array(data).reshape(shape);
  const maybe = compiled ? jit : (f: Library): Library => f;
  if (task.kind === 'matmul') {
    const [a, b] = [of(task.a), of(task.b)];
    const multiply = maybe((p: Library, q: Library) => np.matmul(p, q));
    let y = a.ref;
    return {
      async run() {
        y.dispose();
        y = await multiply(a.ref, b.ref).blockUntilReady();
      },
      value: () => y.ref.dataSync()[0],
    };
  }
  if (task.kind === 'chain') {
    const [x0, y0] = [of(task.x), of(task.y)];
    const f = (x: Library, y: Library): Library =>
      np.sum(np.exp(x.ref.mul(x.ref).neg()).mul(np.tanh(nn.relu(x.ref.mul(y).add(x)))));
    const both = maybe(valueAndGrad(f));
    let last = 0;
    let slope = x0.ref;
    return {
      async run() {
        slope.dispose();
        const [value, gradient] = both(x0.ref, y0.ref);
        slope = await gradient.blockUntilReady();
        last = value.item();
      },
      value: () => last + slope.ref.dataSync()[0],
    };
  }
  const loss = { mlp, cnn, transformer }[task.kind];
  const [x, target] = [of(task.x), of(task.target)];
  let weights: Library[] = task.weights.map(of);
  const step = maybe((w: Library[], inputs: Library, wanted: Library): Library => {
    const [value, gradients] = valueAndGrad((now: Library[]) =>
      loss({ np, nn, lax }, inputs, wanted, now),
    )(w.map(one => one.ref));
    return [value, w.map((one, k) => one.sub(gradients[k].mul(RATE)))];
  });
  let last = 0;
  return {
    run() {
      const [value, updated] = step(weights, x.ref, target.ref);
      weights = updated;
      last = value.item();
    },
    value: () => last,
  };
}

function crossEntropy({ np, nn }: Library, logits: Library, target: Library): Library {
  const rows = target.shape[0];
  return np.sum(nn.logSoftmax(logits, 1).mul(target)).mul(-1 / rows);
}

function mlp(l: Library, x: Library, target: Library, [w1, b1, w2, b2]: Library[]): Library {
  const hidden = l.nn.relu(l.np.matmul(x, w1).add(b1));
  return crossEntropy(l, l.np.matmul(hidden, w2).add(b2), target);
}

function cnn(l: Library, x: Library, target: Library, [w1, w2, w3, b]: Library[]): Library {
  const rows = x.shape[0];
  const block = (y: Library, w: Library): Library =>
    l.lax.reduceWindow(l.nn.relu(l.lax.conv(y, w, [1, 1], 'SAME')), l.np.max, [2, 2], [2, 2]);
  return crossEntropy(
    l,
    l.np.matmul(block(block(x, w1), w2).reshape([rows, -1]), w3).add(b),
    target,
  );
}

function transformer({ np, nn }: Library, x: Library, target: Library, w: Library[]): Library {
  const [q, k, v, o, s1, h1, w1, b1, w2, b2, s2, h2] = w;
  const [batch, length, width] = x.shape;
  const size = width / HEADS;
  const heads = (m: Library): Library =>
    np.transpose(np.matmul(x.ref, m).reshape([batch, length, HEADS, size]), [0, 2, 1, 3]);
  const norm = (y: Library, scale: Library, shift: Library): Library => {
    const centred = y.ref.sub(np.mean(y, -1, { keepdims: true }));
    const squares = np.mean(centred.ref.mul(centred.ref), -1, { keepdims: true });
    return centred
      .div(np.sqrt(squares.add(EPSILON)))
      .mul(scale)
      .add(shift);
  };
  const scores = np.matmul(heads(q), np.transpose(heads(k), [0, 1, 3, 2])).mul(1 / Math.sqrt(size));
  const mixed = np.matmul(nn.softmax(scores, -1), heads(v));
  const joined = np.transpose(mixed, [0, 2, 1, 3]).reshape([batch, length, width]);
  const first = norm(x.add(np.matmul(joined, o)), s1, h1);
  const hidden = nn.relu(np.matmul(first.ref, w1).add(b1));
  const second = norm(first.add(np.matmul(hidden, w2).add(b2)), s2, h2);
  const error = second.sub(target);
  return np.mean(error.ref.mul(error));
}
