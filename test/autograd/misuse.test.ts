// Misuse: every typed error, with a message that names the op and says what to do; wrong operands for every public op.

import { describe, expect, it } from 'vitest';
import {
  ArgumentError,
  add,
  CycleError,
  customOp,
  detectAnomaly,
  GraphFreedError,
  grad,
  hvp,
  LeafChangedError,
  mul,
  NoGradientError,
  noGrad,
  type Operand,
  ops,
  record,
  SeegradError,
  scope,
  sin,
  symbol,
  type Value,
  value,
} from '../../src/index.ts';

const WRONG: readonly [string, unknown][] = [
  ['the string "3"', '3'],
  ['the boolean true', true],
  ['null', null],
  ['nothing', undefined],
  ['the bigint 3', 3n],
  ['the symbol Symbol(x)', Symbol('x')],
  ['an array of 1', [3]],
  ['a plain object', {}],
  ['a plain object', Object.create(null)],
  ['a function', () => 3],
  ['a Date', new Date(0)],
  ['a Number', Object(3)],
  ['a Float64Array', new Float64Array(1)],
];

const count = (arity: number | 'options'): number => (arity === 'options' ? 1 : arity);

describe.each([...ops])('%s', (name, op) => {
  const n = count(op.arity);
  const kinds: Operand[] = [0.5, value(0.5), symbol('x')];

  it('refuses every wrong kind of operand at every place, whatever the others are', () => {
    for (let place = 0; place < n; place++) {
      for (const [what, wrong] of WRONG) {
        for (const other of kinds) {
          const operands = Array.from({ length: n }, (_, k) => (k === place ? wrong : other));
          const message = catching(() => op(...(operands as Operand[])));
          expect(message).toMatch(new RegExp(`^${name}: input ${op.op.inputs[place]} must be`));
          expect(message).toContain(`got ${what}`);
          expect(message).toContain('value(x)');
        }
      }
    }
  });

  it('refuses missing and extra operands', () => {
    for (const kind of kinds) {
      const few = Array.from({ length: n - 1 }, () => kind);
      expect(catching(() => op(...few))).toMatch(new RegExp(`^${name}: input .* got nothing`));
      const many = Array.from({ length: n }, () => kind);
      if (op.arity === 'options') many.push({} as unknown as Operand);
      many.push(kind);
      expect(catching(() => op(...many))).toMatch(new RegExp(`^${name} takes .* nothing more`));
    }
  });

  it('has a method that refuses the same', () => {
    if (op.arity === 3) return;
    for (const receiver of [value(0.5), symbol('x')]) {
      const method = (receiver as unknown as Record<string, (...x: unknown[]) => unknown>)[name];
      expect(method).toBeTypeOf('function');
      const call = (...x: unknown[]) => method?.call(receiver, ...x);
      const rest: unknown[] = op.arity === 2 ? [0.5] : op.arity === 'options' ? [{}] : [];
      expect(catching(() => call(...rest, 0.5))).toMatch(/takes .* nothing more/);
      if (op.arity === 2) expect(catching(() => call())).toMatch(/got nothing/);
    }
  });

  it('takes only the options it knows', () => {
    if (op.arity !== 'options') return;
    const call = op as unknown as (x: Operand, options: unknown) => Operand;
    const known = Object.keys(op.op.options);
    for (const kind of kinds) {
      expect(catching(() => call(kind, { nonsense: 1 }))).toBe(
        `${name}: unknown option "nonsense"; it takes ${known.join(', ')}`,
      );
      for (const wrong of [5, 'x', null, [1], true]) {
        expect(catching(() => call(kind, wrong))).toMatch(`${name}: the options must be an object`);
      }
      for (const option of known) {
        expect(catching(() => call(kind, { [option]: '1' }))).toMatch(`${name}: input ${option}`);
      }
    }
  });
});

function catching(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(ArgumentError);
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
}

describe('typed errors', () => {
  it('are all SeegradErrors with their own name', () => {
    for (const Type of [ArgumentError, CycleError, GraphFreedError, LeafChangedError]) {
      const error = new Type('m', { cause: 1 });
      expect(error).toBeInstanceOf(SeegradError);
      expect(error).toBeInstanceOf(Error);
      expect([error.name, error.message, error.cause]).toEqual([Type.name, 'm', 1]);
    }
  });

  it('GraphFreedError names the op and the node, and says what to do', () => {
    const x = value(3);
    const y = sin(x).named('y');
    y.backward();
    expect(() => y.backward()).toThrow(GraphFreedError);
    expect(() => y.backward()).toThrow(/sin "y".*forward pass again.*retainGraph: true/s);
    expect(() => y.mul(2).backward()).toThrow(GraphFreedError);
    expect(() => grad(y, [x])).toThrow(GraphFreedError);
  });

  it('LeafChangedError names the op and the leaf, before anything is swept past it', () => {
    const w = value(3, { name: 'w' });
    const y = sin(w);
    w.data = 4;
    expect(() => y.backward()).toThrow(LeafChangedError);
    expect(() => grad(sin(w), [w])).not.toThrow();
    const z = sin(w);
    w.data = 5;
    expect(() => z.backward()).toThrow(/sin.*leaf "w" got new data.*forward pass again/s);
    expect(() => grad(z, [w])).toThrow(LeafChangedError);
    // Setting the same number, or NaN over NaN, changes nothing.
    const same = value(Number.NaN);
    const u = same.mul(2);
    same.data = Number.NaN;
    expect(() => u.backward()).not.toThrow();
  });

  it('NoGradientError says why', () => {
    const c = value(3, { requiresGrad: false, name: 'c' });
    expect(() => c.backward()).toThrow(NoGradientError);
    expect(() => c.backward()).toThrow(/backward: "c" \(3\) depends on nothing.*value\(x\)/);
    expect(() => noGrad(() => value(3).mul(2)).backward()).toThrow(/outside noGrad/);
    expect(() => value(3).mul(2).detach().backward()).toThrow(/without detach/);
    expect(() => grad(c, [value(1)])).toThrow(NoGradientError);
  });

  it('CycleError where a graph was tampered with', () => {
    const x = value(3);
    const y = x.mul(2);
    const z = y.mul(3);
    const chunk = z.chunk;
    if (chunk === null) throw new Error('z is no leaf');
    chunk.edges[chunk.first[y.row] as number] = z.row;
    expect(() => z.backward()).toThrow(CycleError);
    expect(() => z.backward()).toThrow(/mul/);
  });

  it('ArgumentError for wrong data and options of value and backward', () => {
    for (const [, wrong] of WRONG) {
      expect(() => value(wrong as number)).toThrow(/value: the data must be a number, got/);
    }
    expect(() => value(value(3) as unknown as number)).toThrow(/got a Value/);
    expect(() => value(3, { nam: 'x' } as never)).toThrow(/unknown option "nam".*name, req/);
    expect(() => value(3, { name: '' })).toThrow(ArgumentError);
    expect(() => value(3, 'x' as never)).toThrow(/options must be an object, got the string "x"/);
    const y = value(3).mul(2);
    expect(() => y.backward(2 as never)).toThrow(/options must be an object/);
    expect(() => y.backward({ retain_graph: true } as never)).toThrow(/unknown option/);
    expect(() => y.backward({ gradient: '1' as never })).toThrow(/gradient must be a number/);
    expect(() => y.backward({ gradient: value(1) as never })).toThrow(/got a Value/);
    y.backward();
  });

  it('ArgumentError where Values and Expressions meet', () => {
    expect(() => add(value(1), symbol('x') as never)).toThrow(/Value met an Expression.*evaluate/);
    expect(() => symbol('x').mul(value(1))).toThrow(ArgumentError);
    expect(() => symbol('')).toThrow(ArgumentError);
    expect(() => symbol(5 as never)).toThrow(/got the number 5/);
  });
});

describe('an error in the middle of a sweep', () => {
  const fussy = customOp({
    name: 'fussy',
    value: x => x,
    partials: [
      (x: Operand) => {
        if (x === 13) throw new RangeError('unlucky');
        return 1;
      },
    ],
  });

  it('passes through, and later gradients are right', () => {
    const x = value(13);
    const loss = mul(fussy(x), x) as Value;
    expect(() => loss.backward()).toThrow(RangeError);
    const z = value(3);
    const clean = mul(fussy(z), z) as Value;
    clean.backward();
    expect(z.grad).toBe(6);
    expect(hvp(v => v.pow(3), [2], [1])).toEqual([12]);
  });

  it('leaves no cotangents behind for a later sweep over the same nodes', () => {
    const x = value(13);
    const y = value(2);
    const shared = x.mul(y);
    const bad = add(fussy(x.mul(1)), shared) as Value;
    expect(() => bad.backward({ retainGraph: true })).toThrow(RangeError);
    x.zeroGrad();
    y.zeroGrad();
    shared.backward();
    expect([x.grad, y.grad]).toEqual([2, 13]);
  });

  it('restores the switches when thrown inside a scope inside noGrad', () => {
    expect(() => noGrad(() => scope('s', () => sin('x' as never)))).toThrow(ArgumentError);
    const y = value(2).mul(3);
    expect(y.requiresGrad).toBe(true);
  });
});

describe('what is to be run', () => {
  it('must be a function, and a scope needs a name', () => {
    const cases: [string, () => unknown][] = [
      ['noGrad', () => noGrad(3 as never)],
      ['scope', () => scope('a', null as never)],
      ['scope', () => scope('', () => 1)],
      ['detectAnomaly', () => detectAnomaly('x' as never)],
      ['record', () => record(undefined as never)],
    ];
    for (const [name, run] of cases) {
      expect(run).toThrow(ArgumentError);
      expect(run).toThrow(name);
    }
  });

  it('of a seed must be a number, also not null', () => {
    expect(() => value(1).backward({ gradient: null as never })).toThrow(
      /gradient must be a number/,
    );
  });
});
