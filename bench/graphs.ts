// The graphs that are measured, written once for every engine with micrograd's methods. A process builds them with one
// engine only, so that neither pays for the other's types.

/** A node of either engine. */
export interface Scalar<S> {
  readonly data: number;
  add(other: S | number): S;
  mul(other: S | number): S;
  tanh(): S;
  relu(): S;
  backward(): void;
}

/** Makes a leaf. */
export type Make<S> = (data: number) => S;

/** Numbers in [0, 1) that are the same in every run. */
export function random(seed = 1): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * A neuron net with 2 inputs, `hidden` neurons and one output, and its loss: 6·hidden + 6 nodes a step (42 for six
 * neurons), built anew each time on leaves that stay.
 */
export function net<S extends Scalar<S>>(
  make: Make<S>,
  activation: 'tanh' | 'relu',
  hidden = 6,
): () => S {
  const next = random();
  const leaf = (): S => make(next() - 0.5);
  const neuron = (): S[] => [leaf(), leaf(), leaf()];
  const first = Array.from({ length: hidden }, neuron);
  const second = Array.from({ length: hidden }, leaf);
  const bias = leaf();
  const inputs = [make(0.3), make(-0.7)] as const;
  const wanted = make(-0.4);
  return activation === 'tanh' ? () => step(x => x.tanh()) : () => step(x => x.relu());

  function step(activate: (x: S) => S): S {
    let sum = bias;
    for (let k = 0; k < hidden; k++) {
      const [w0, w1, b] = first[k] as [S, S, S];
      const net = w0.mul(inputs[0]).add(w1.mul(inputs[1])).add(b);
      sum = sum.add(activate(net).mul(second[k] as S));
    }
    const error = activate(sum).add(wanted);
    return error.mul(error);
  }
}

/** A chain: each node takes the one before and a leaf. */
export function chain<S extends Scalar<S>>(make: Make<S>, nodes: number): S {
  const a = make(0.999);
  const b = make(0.001);
  let x = make(1);
  for (let k = 0; k < nodes; k += 2) x = x.mul(a).add(b);
  return x;
}

/** How a random graph hangs together, drawn before the clock starts: it is not the engine's to pay for. */
export interface Wiring {
  readonly nodes: number;
  /** How far back an input may lie. */
  readonly window: number;
  /** Per node, the earlier node that it takes. */
  readonly earlier: Int32Array;
  /** Per node, which of the few that nothing has used so far it takes, and whose place it gets. */
  readonly slots: Uint8Array;
}

const SLOTS = 16;

/**
 * Draws a random graph: every node takes one input from the latest `window` nodes and one from the few that nothing has
 * used so far, so that all of them are reached from the root.
 */
export function wire(nodes: number, window: number): Wiring {
  const next = random();
  const earlier = new Int32Array(nodes);
  const slots = new Uint8Array(nodes);
  for (let k = 0; k < nodes; k++) {
    const reach = Math.min(k, window);
    earlier[k] = k - reach + Math.floor(next() * reach);
    slots[k] = Math.floor(next() * SLOTS);
  }
  return { nodes, window, earlier, slots };
}

/** Builds a random graph. The program keeps every node that a later one may still take, and no other, in `kept`. */
export function dag<S extends Scalar<S>>(make: Make<S>, wiring: Wiring, kept: (S | null)[]): S {
  const { nodes, window, earlier, slots } = wiring;
  const next = random();
  const unused = Array.from({ length: SLOTS }, () => make(next() - 0.5));
  for (let k = 0; k < nodes; k++) {
    const slot = slots[k] as number;
    const b = unused[slot] as S;
    const a = k === 0 ? b : (kept[(earlier[k] as number) % window] as S);
    const made = k % 4 === 1 ? a.mul(b) : k % 4 === 3 ? b.tanh() : a.add(b);
    unused[slot] = made;
    kept[k % window] = made;
  }
  return unused.reduce((sum, node) => sum.add(node));
}
