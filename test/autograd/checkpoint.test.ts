// Checkpoints: the same gradients as without, of any order and in both modes, from a function that runs twice.

import { describe, expect, test } from 'vitest';
import {
  checkpoint,
  generator,
  gradcheck,
  gradgradcheck,
  hvp,
  noGrad,
  rand,
  sum,
  type Tensor,
  tensor,
  value,
} from '../../src/index.ts';

const start = [
  [0.5, -1.25],
  [2, 0.75],
];

function leaf(data: number[][], name: string): Tensor {
  return tensor(data, { dtype: 'float64', requiresGrad: true, name });
}

type Block = (x: Tensor) => Tensor;

/** Gradients of x and w, with and without a checkpoint around the block that `make` builds from w. */
function bothWays(make: (w: Tensor) => Block): [unknown, unknown] {
  const gradients = [false, true].map(checkpointed => {
    const [x, w] = [
      leaf(start, 'x'),
      leaf(
        [
          [1, -0.5],
          [0.25, 2],
        ],
        'w',
      ),
    ];
    const block = make(w);
    sum(checkpointed ? checkpoint(block, x) : block(x)).backward();
    return [x.grad?.toArray(), w.grad?.toArray()];
  });
  return [gradients[0], gradients[1]];
}

describe('checkpoint gives the gradients of the function itself', () => {
  const blocks: [string, (w: Tensor) => Block][] = [
    ['a leaf from around', w => x => x.matmul(w).tanh().mul(w)],
    [
      'a node from around',
      w => {
        const around = w.exp().mul(w);
        return x => x.matmul(around).sigmoid().mul(w);
      },
    ],
    [
      'nodes from around that depend on each other',
      w => {
        const first = w.exp();
        const second = first.tanh();
        return x => x.mul(first).matmul(second);
      },
    ],
    ['a checkpoint inside', w => x => checkpoint(z => z.mul(w).exp(), x.tanh()).mul(w)],
    ['the argument as it is', () => x => x],
    ['nothing of the argument', w => () => w.exp()],
    ['a view', w => x => x.mul(w).transpose(0, 1)],
  ];
  test.each(blocks)('%s', (_what, make) => {
    const [plain, checkpointed] = bothWays(make);
    expect(checkpointed).toEqual(plain);
  });

  test('the same argument twice, and a number', () => {
    const x = leaf(start, 'x');
    checkpoint((a, b, c) => a.mul(b).mul(c).sum(), x, x, 3).backward();
    expect(x.grad?.toArray()).toEqual(start.map(row => row.map(v => 6 * v)));
  });

  test('a Value beside tensors', () => {
    const a = value(2);
    checkpoint((x, k) => x.mul(k).sum(), leaf(start, 'x'), a).backward();
    expect(a.grad).toBe(2);
  });

  test('orders one and two, reverse and forward', () => {
    const f = (x: Tensor, w: Tensor): Tensor =>
      checkpoint(z => z.mul(w).tanh().matmul(w), x.exp()).sum();
    const inputs = [
      leaf(start, 'x').detach(),
      leaf(
        [
          [1, -0.5],
          [0.25, 2],
        ],
        'w',
      ).detach(),
    ] as const;
    expect(gradcheck(f, inputs).ok).toBe(true);
    expect(gradgradcheck(f, inputs).ok).toBe(true);
    const square = (x: Tensor): Tensor => checkpoint(z => z.mul(z).mul(z).sum(), x);
    const [along] = hvp(square, [tensor([1, 2])], [tensor([1, 10])]);
    expect((along as Tensor).toArray()).toEqual([6, 120]);
  });
});

describe('how it runs', () => {
  test('once forward and once more in backward, and only once under noGrad', () => {
    let runs = 0;
    const f = (x: Tensor, y: Tensor): Tensor => {
      runs++;
      return x.mul(y).sum();
    };
    const [x, y] = [leaf(start, 'x'), leaf(start, 'y')];
    const loss = checkpoint(f, x, y);
    expect(runs).toBe(1);
    loss.backward();
    expect(runs).toBe(2);
    noGrad(() => checkpoint(f, x, y));
    expect(runs).toBe(3);
  });

  test('a graph kept can be swept again', () => {
    const x = leaf(start, 'x');
    const loss = checkpoint(z => z.mul(z).sum(), x);
    loss.backward({ retainGraph: true });
    loss.backward();
    expect(x.grad?.toArray()).toEqual(start.map(row => row.map(v => 4 * v)));
  });

  test('random numbers come out the same, and the source goes on where it was', () => {
    const [source, other] = [generator(1), generator(1)];
    rand([2], { generator: source });
    const x = leaf(start, 'x');
    const drawn: unknown[] = [];
    const loss = checkpoint(z => {
      const noise = rand([2, 2], { dtype: 'float64', generator: source });
      const more = rand([2], { dtype: 'float64', generator: source.split() });
      drawn.push([noise.toArray(), more.toArray()]);
      return z.mul(noise).mul(more).sum();
    }, x);
    const next = (): unknown => rand([1], { generator: source }).item();
    const after = next();
    loss.backward();
    expect(drawn).toHaveLength(2);
    expect(drawn[1]).toEqual(drawn[0]);
    rand([2], { generator: other });
    rand([2, 2], { dtype: 'float64', generator: other });
    expect(rand([1], { generator: other }).item()).toBe(after);
    expect(rand([1], { generator: other }).item()).toBe(next());
  });

  test('a result without gradient has no graph', () => {
    expect(checkpoint(x => x.mul(2), tensor([1, 2])).requiresGrad).toBe(false);
  });
});

describe('what it refuses', () => {
  test('no function, results that are no tensor', () => {
    expect(() => checkpoint(3 as never)).toThrow(/checkpoint takes a function/);
    expect(() => checkpoint(((x: Tensor) => [x, x]) as never, tensor([1]))).toThrow(
      /one Tensor, got an array of 2/,
    );
    expect(() => checkpoint((() => value(1)) as never)).toThrow(/one Tensor, got a Value/);
  });
});
