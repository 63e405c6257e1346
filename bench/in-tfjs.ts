// The same in TensorFlow.js, on its plain JavaScript backend and on its WebAssembly backend. It is loaded by name, so that
// the types of seegrad can be checked without it.

import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type Engine,
  EPSILON,
  HEADS,
  type Numbers,
  type Program,
  RATE,
  type Task,
} from './tasks.ts';

const name = '@tensorflow/tfjs';

/** Both backends. */
export async function tfjs(): Promise<Engine[]> {
  const tf = await import(name);
  const wasm = await import(`${name}-backend-wasm`);
  const files = dirname(createRequire(import.meta.url).resolve(`${name}-backend-wasm`));
  // Node's fetch does not read files: the package takes the path as it is.
  wasm.setWasmPaths(`${files}/`);
  if (!(await tf.setBackend('wasm'))) throw new Error(`no wasm backend in ${pathToFileURL(files)}`);
  return ['cpu', 'wasm'].map(backend => ({
    name: `tfjs ${backend}`,
    activate: () => tf.setBackend(backend),
    prepare: (task: Task) => prepare(tf, task, backend),
  }));
}

// What comes from a package loaded by name has no types.
type Library = Awaited<ReturnType<typeof import_>>;
const import_ = async (specifier: string) => await import(specifier);

function prepare(tf: Library, task: Task, backend: string): Program | null {
  const of = ({ data, shape }: Numbers) => tf.tensor(data, shape, 'float32');
  if (task.kind === 'matmul') {
    const [a, b] = [of(task.a), of(task.b)];
    let y = a.clone();
    return {
      run() {
        y.dispose();
        y = tf.matMul(a, b);
      },
      value: () => y.dataSync()[0],
    };
  }
  if (task.kind === 'chain') {
    const [x0, y] = [of(task.x), of(task.y)];
    const f = (x: typeof x0) =>
      tf.sum(tf.mul(tf.exp(tf.neg(tf.mul(x, x))), tf.tanh(tf.relu(tf.add(tf.mul(x, y), x)))));
    const both = tf.valueAndGrad(f);
    let last = 0;
    let slope = x0.clone();
    return {
      run() {
        slope.dispose();
        const { value, grad } = tf.tidy(() => both(x0));
        slope = grad;
        last = value.dataSync()[0];
        value.dispose();
      },
      value: () => last + slope.dataSync()[0],
    };
  }
  // The gradient of a convolution is missing there.
  if (task.kind === 'cnn' && backend === 'wasm') return null;
  const arrays = task.weights.map(of);
  let x = of(task.x);
  if (task.kind === 'cnn') {
    // Channels come last here, also in what the dense layer sees.
    x = tf.transpose(x, [0, 2, 3, 1]);
    for (const k of [0, 1]) arrays[k] = tf.transpose(arrays[k], [2, 3, 1, 0]);
    arrays[2] = tf.reshape(tf.transpose(tf.reshape(arrays[2], [16, 16, 10]), [1, 0, 2]), [256, 10]);
  }
  const target = of(task.target);
  const weights = arrays.map((array: typeof x) => tf.variable(array));
  const optimizer = tf.train.sgd(RATE);
  const loss = { mlp, cnn, transformer }[task.kind];
  let last = 0;
  return {
    run() {
      const result = optimizer.minimize(() => loss(tf, x, target, weights), true, weights);
      last = result.dataSync()[0];
      result.dispose();
    },
    value: () => last,
  };
}

function crossEntropy(tf: Library, logits: Library, target: Library): Library {
  return tf.mul(tf.sum(tf.mul(tf.logSoftmax(logits), target)), -1 / target.shape[0]);
}

function mlp(tf: Library, x: Library, target: Library, [w1, b1, w2, b2]: Library[]): Library {
  const hidden = tf.relu(tf.add(tf.matMul(x, w1), b1));
  return crossEntropy(tf, tf.add(tf.matMul(hidden, w2), b2), target);
}

function cnn(tf: Library, x: Library, target: Library, [w1, w2, w3, b]: Library[]): Library {
  const block = (y: Library, w: Library): Library =>
    tf.maxPool(tf.relu(tf.conv2d(y, w, 1, 'same')), 2, 2, 'valid');
  const flat = tf.reshape(block(block(x, w1), w2), [x.shape[0], -1]);
  return crossEntropy(tf, tf.add(tf.matMul(flat, w3), b), target);
}

function transformer(tf: Library, x: Library, target: Library, w: Library[]): Library {
  const [q, k, v, o, s1, h1, w1, b1, w2, b2, s2, h2] = w;
  const [batch, length, width] = x.shape;
  const size = width / HEADS;
  const dense = (y: Library, m: Library): Library =>
    tf.reshape(tf.matMul(tf.reshape(y, [batch * length, -1]), m), [batch, length, -1]);
  const heads = (y: Library): Library =>
    tf.transpose(tf.reshape(y, [batch, length, HEADS, size]), [0, 2, 1, 3]);
  const norm = (y: Library, scale: Library, shift: Library): Library => {
    const centred = tf.sub(y, tf.mean(y, -1, true));
    const squares = tf.mean(tf.square(centred), -1, true);
    return tf.add(tf.mul(tf.div(centred, tf.sqrt(tf.add(squares, EPSILON))), scale), shift);
  };
  const scores = tf.matMul(heads(dense(x, q)), heads(dense(x, k)), false, true);
  const mixed = tf.matMul(tf.softmax(tf.div(scores, Math.sqrt(size))), heads(dense(x, v)));
  const joined = tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [batch, length, width]);
  const first = norm(tf.add(x, dense(joined, o)), s1, h1);
  const hidden = tf.relu(tf.add(dense(first, w1), b1));
  const second = norm(tf.add(first, tf.add(dense(hidden, w2), b2)), s2, h2);
  return tf.mean(tf.square(tf.sub(second, target)));
}
