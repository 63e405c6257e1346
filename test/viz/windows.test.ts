// Windows: what ops declare, read back from a trace and computed with, against the values and gradients of the trace itself.

import { describe, expect, it } from 'vitest';
import { parseTrace } from '../../src/autograd/parse-trace.ts';
import {
  edgeOffsets,
  type Trace,
  type TraceTensor,
  traceNumber,
} from '../../src/autograd/trace.ts';
import {
  adaptiveAvgPool2d,
  adaptiveMaxPool1d,
  avgPool1d,
  avgPool2d,
  conv1d,
  conv2d,
  conv3d,
  convTranspose2d,
  generator,
  matmul,
  maxPool1d,
  maxPool2d,
  mean,
  randn,
  record,
  softmax,
  sum,
  type Tensor,
  tensor,
} from '../../src/index.ts';
import { type Elements, madeFrom, partsOf } from '../../src/viz/model/window-numbers.ts';
import {
  indicesOf,
  type TensorWindow,
  termsThrough,
  windowOf,
} from '../../src/viz/model/windows.ts';

interface Found {
  window: TensorWindow;
  values: Elements[];
  gradients: Elements;
  contributions: Elements[];
}

const elements = (it: TraceTensor | null | undefined): Elements => it?.data?.map(traceNumber);

/** The windows of a trace with the tensors behind them, in order. */
function windowsIn(trace: Trace): Found[] {
  const [graph, pass] = [trace.graphs[0], trace.passes[0]];
  if (graph === undefined || pass === undefined) throw new Error('no pass');
  const offsets = edgeOffsets(graph);
  return graph.nodes.flatMap((node, id) => {
    const window = windowOf(graph.nodes, id);
    if (window === undefined) return [];
    const of = (k: number): Elements =>
      elements(pass.tensors?.values[k]) ?? [traceNumber(pass.values[k] ?? 0)];
    const start = offsets[id] ?? 0;
    return [
      {
        window,
        values: [id, ...node.inputs].map(of),
        gradients: elements(pass.tensors?.gradients[id]) ?? [
          traceNumber(pass.gradients[id] ?? 'NaN'),
        ],
        contributions: [
          undefined,
          ...node.inputs.map((_, k) => elements(pass.tensors?.contributions[start + k])),
        ],
      },
    ];
  });
}

const random = generator(5);
const leaf = (...shape: number[]): Tensor =>
  randn(shape, { generator: random, dtype: 'float64', requiresGrad: true });

/** A trace of Σ weights ⊙ f(leaves), through JSON and the checks. */
function traced(f: (...x: Tensor[]) => Tensor, shapes: readonly number[][]): Trace {
  const leaves = shapes.map(shape => leaf(...shape));
  const { trace } = record(() => {
    const y = f(...leaves);
    const weights = randn([...y.shape], { generator: random, dtype: 'float64' });
    y.mul(weights).sum().backward();
  });
  return parseTrace(JSON.stringify(trace));
}

const cases: [string, (...x: Tensor[]) => Tensor, number[][]][] = [
  [
    'conv1d',
    (x, w) => conv1d(x, w),
    [
      [2, 3, 7],
      [2, 3, 3],
    ],
  ],
  [
    'conv1d with all options',
    (x, w, bias) => conv1d(x, w, { bias, groups: 2, stride: 2, padding: 2, dilation: 2 }),
    [[2, 4, 9], [6, 2, 3], [6]],
  ],
  [
    "conv1d 'same'",
    (x, w) => conv1d(x, w, { padding: 'same' }),
    [
      [1, 6],
      [2, 1, 4],
    ],
  ],
  [
    'conv2d',
    (x, w) => conv2d(x, w, { stride: [2, 1], padding: [1, 0], dilation: [1, 2] }),
    [
      [2, 2, 5, 6],
      [3, 2, 3, 2],
    ],
  ],
  [
    'conv3d',
    (x, w) => conv3d(x, w, { padding: [0, 1, 0] }),
    [
      [1, 2, 2, 3, 2],
      [2, 2, 1, 2, 2],
    ],
  ],
  [
    'convTranspose2d',
    (x, w) => convTranspose2d(x, w, { stride: 2, padding: 1 }),
    [
      [1, 2, 3, 2],
      [2, 3, 3, 2],
    ],
  ],
  ['maxPool1d', x => maxPool1d(x, 3, { stride: 2, padding: 1, dilation: 2 }), [[2, 9]]],
  ['maxPool2d', x => maxPool2d(x, 2, { ceilMode: true }), [[1, 2, 5, 5]]],
  ['avgPool2d', x => avgPool2d(x, [2, 3], { stride: 1, padding: 1 }), [[1, 2, 4, 5]]],
  [
    'avgPool2d without the padding',
    x => avgPool2d(x, 3, { padding: 1, countIncludePad: false }),
    [[1, 1, 5, 6]],
  ],
  ['avgPool2d with a divisor', x => avgPool2d(x, 2, { divisorOverride: 3 }), [[1, 1, 4, 4]]],
  ['avgPool1d', x => avgPool1d(x, 2), [[3, 6]]],
  ['adaptive pools of equal parts', x => adaptiveAvgPool2d(x, [2, 3]), [[1, 1, 4, 6]]],
  ['adaptiveMaxPool1d', x => adaptiveMaxPool1d(x, 2) as Tensor, [[2, 6]]],
  [
    'matmul',
    (a, b) => matmul(a, b),
    [
      [3, 4],
      [4, 2],
    ],
  ],
  [
    'matmul of stacks',
    (a, b) => matmul(a, b),
    [
      [2, 1, 3, 4],
      [5, 4, 2],
    ],
  ],
  ['a vector times a stack', (a, b) => matmul(a, b), [[4], [2, 4, 3]]],
  ['a matrix times a vector', (a, b) => matmul(a, b), [[3, 4], [4]]],
  ['softmax', x => softmax(x, { dim: -1 }), [[2, 3, 4]]],
  ['softmax along the first', x => softmax(x, { dim: 0 }), [[3, 2]]],
  ['sum', x => sum(x, { dim: 1 }), [[2, 3, 4]]],
  ['mean', x => mean(x, { dim: [0, 2], keepdim: true }), [[2, 3, 4]]],
];

describe('windows by enumeration', () => {
  it.each(cases)('%s: every element and every gradient comes out', (_name, f, shapes) => {
    const found = windowsIn(traced(f, shapes));
    // The op itself, and the sum that ends the program.
    expect(found.length).toBeGreaterThanOrEqual(2);
    for (const { window, values, gradients, contributions } of found) {
      values[0]?.forEach((y, cell) => {
        expect(madeFrom(window, cell, values)?.result).toBeCloseTo(y, 10);
      });
      contributions.forEach((contribution, side) => {
        contribution?.forEach((part, cell) => {
          expect(partsOf(window, side, cell, values, gradients)?.sum ?? Number.NaN).toBeCloseTo(
            part,
            10,
          );
        });
      });
      expect(contributions.some(it => it !== undefined)).toBe(true);
    }
  });

  it.each(cases)(
    '%s: terms through the result are the terms through the inputs',
    (_n, f, shapes) => {
      for (const { window } of windowsIn(traced(f, shapes))) {
        const all = (side: number): string[] => {
          const size = (window.sides[side]?.shape ?? []).reduce((n, k) => n * k, 1);
          return Array.from({ length: size }, (_, cell) => termsThrough(window, side, cell).terms)
            .flat()
            .map(String)
            .sort();
        };
        const factors = window.sides
          .map((_, k) => k)
          .filter(k => k > 0 && !window.added.includes(k));
        for (const side of factors) expect(all(side)).toEqual(all(0));
      }
    },
  );
});

describe('the numbers of the tutorial', () => {
  const x = tensor([[[1, 2, 3, 4, 5]]], { dtype: 'float64', requiresGrad: true }).named('x');
  const w = tensor([[[1, 0, 1]]], { dtype: 'float64', requiresGrad: true }).named('w');
  const { trace } = record(() => void conv1d(x, w).named('y').square().sum().backward());
  const [found] = windowsIn(trace);

  it('make an output of 2·1 + 3·0 + 4·1', () => {
    const made = found && madeFrom(found.window, 1, found.values);
    expect(made?.products.map(({ term, factors, product }) => [term[1], factors, product])).toEqual(
      [
        [1, [2, 1], 2],
        [2, [3, 0], 0],
        [3, [4, 1], 4],
      ],
    );
    expect(made?.result).toBe(6);
  });

  it('send gradients back along the same lines', () => {
    // y = 4, 6, 8, so that its gradient is 8, 12, 16: x₂ gets 8·1 + 12·0 + 16·1.
    const parts = found && partsOf(found.window, 1, 2, found.values, found.gradients);
    expect(
      parts?.parts.map(({ term, upstream, local, part }) => [term[0], upstream, local, part]),
    ).toEqual([
      [0, 8, 1, 8],
      [1, 12, 0, 0],
      [2, 16, 1, 16],
    ]);
    expect(parts?.sum).toBe(24);
    const kernel = found && partsOf(found.window, 2, 0, found.values, found.gradients);
    expect(kernel?.parts.map(({ part }) => part)).toEqual([8, 24, 48]);
  });
});

it('sends the gradient of a maximum to one cell, the first of equals', () => {
  const x = tensor([[1, 5, 5, 2]], { dtype: 'float64', requiresGrad: true });
  const { trace } = record(() => void maxPool1d(x, 4).mul(7).sum().backward());
  const [found] = windowsIn(trace);
  if (found === undefined) throw new Error('no window');
  const parts = [0, 1, 2, 3].map(
    cell => partsOf(found.window, 1, cell, found.values, found.gradients)?.sum,
  );
  expect(parts).toEqual([0, 7, 0, 0]);
});

it('splits the gradient of a softmax row as y·(δ − y)', () => {
  const x = tensor([[0, Math.log(3)]], { dtype: 'float64', requiresGrad: true });
  const { trace } = record(
    () =>
      void softmax(x, { dim: 1 })
        .mul(tensor([[1, 0]]))
        .sum()
        .backward(),
  );
  const [found] = windowsIn(trace);
  if (found === undefined) throw new Error('no window');
  const made = madeFrom(found.window, 0, found.values);
  expect(made?.products.map(({ product }) => product)).toEqual([
    expect.closeTo(0.25, 12),
    expect.closeTo(0.75, 12),
  ]);
  const parts = partsOf(found.window, 1, 1, found.values, found.gradients)?.parts ?? [];
  expect(parts.map(({ upstream, local }) => [upstream, local])).toEqual([
    [1, expect.closeTo(-0.1875, 12)],
    [0, expect.closeTo(0.1875, 12)],
  ]);
});

it('has no window where the parts of an adaptive pool are uneven', () => {
  expect(windowsIn(traced(x => adaptiveAvgPool2d(x, [2, 2]), [[1, 1, 3, 4]])).length).toBe(1);
});

it('records plain parameters only', () => {
  const x = leaf(1, 1, 4, 4);
  const { trace } = record(() => void maxPool2d(x, 2).sum().backward());
  const [pool] = trace.graphs[0]?.nodes.filter(({ kind }) => kind === 'op') ?? [];
  expect(pool?.params).toMatchObject({ name: 'maxPool2d', input: [4, 4], window: 'max' });
  expect(pool?.params).not.toHaveProperty('windows');
});

describe('windows that a trace makes up', () => {
  const nodes = (params: Record<string, number | string | number[]>) => [
    { kind: 'leaf' as const, inputs: [], shape: [4], dtype: 'float64' },
    { kind: 'op' as const, op: 0, inputs: [0], shape: [2], dtype: 'float64', params },
  ];
  const good = {
    window: 'sum',
    'window.labels': [2, 2],
    'window.y': [0, 1, 0],
    'window.0': [0, 2, 1],
  };

  it('are read where they make sense', () => {
    const window = windowOf(nodes(good), 1);
    expect(window && termsThrough(window, 0, 1).terms).toEqual([
      [1, 2],
      [1, 3],
    ]);
    expect(windowOf(nodes(good), 0)).toBeUndefined();
  });

  it.each([
    [{ window: 'magic' }],
    [{ 'window.labels': [2, 0] }],
    [{ 'window.labels': [2, 1.5] }],
    [{ 'window.labels': new Array<number>(40).fill(1) }],
    [{ 'window.y': [0, 1] }],
    [{ 'window.y': [0, 1, 0, 0, 1, 0] }],
    [{ 'window.0': 'x' }],
    [{ 'window.0': [0, 0.5, 1] }],
    [{ 'window.added': [0] }],
    [{ 'window.added': [7] }],
    [{ 'window.scale': 'big' }],
  ])('are left alone otherwise: %j', change => {
    expect(windowOf(nodes({ ...good, ...change }), 1)).toBeUndefined();
  });

  it('end, however large they are', () => {
    const endless = { ...good, 'window.labels': [2, 1e9], 'window.0': [0, 2, 0] };
    const window = windowOf(nodes(endless), 1);
    const found = window && termsThrough(window, 0, 1);
    expect(found?.cut).toBe(true);
    expect(found?.terms.length).toBe(4096);
  });
});

it('names the place of an element', () => {
  expect([indicesOf(0, [2, 3]), indicesOf(5, [2, 3]), indicesOf(2, [4]), indicesOf(0, [])]).toEqual(
    [[0, 0], [1, 2], [2], []],
  );
});
