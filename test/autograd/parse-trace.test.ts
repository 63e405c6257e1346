// Reading traces that nobody vouches for: what is right comes back unchanged, everything else is a TraceError.

import { describe, expect, it } from 'vitest';
import { TRACE_LIMITS } from '../../src/autograd/parse-trace.ts';
import { parseTrace, type Trace, TraceError } from '../../src/index.ts';
import { consistent, sampleTrace } from '../support/sample-trace.ts';

const TEXT = JSON.stringify(sampleTrace());
/** A copy to spoil. */
const copy = (): Trace => JSON.parse(TEXT);

function refused(input: unknown, message?: RegExp): void {
  let error: unknown;
  try {
    parseTrace(input);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(TraceError);
  if (message !== undefined) expect((error as Error).message).toMatch(message);
}

describe('a right trace', () => {
  it('comes back equal, from text and from data, and is a copy', () => {
    expect(parseTrace(TEXT)).toEqual(sampleTrace());
    const data = copy();
    const parsed = parseTrace(data);
    expect(parsed).toEqual(data);
    expect(parsed).not.toBe(data);
    (data.graphs[0] as Trace['graphs'][0]).nodes.length = 0;
    expect(parsed.graphs[0]?.nodes.length).toBeGreaterThan(0);
    consistent(parsed);
  });

  it('loses unknown keys, and pollutes no prototype', () => {
    const text = TEXT.replace(
      '"version":1',
      '"version":1,"__proto__":{"polluted":1},"extra":{"constructor":{"prototype":{"polluted":1}}}',
    ).replaceAll('"kind":"leaf"', '"__proto__":{"polluted":1},"kind":"leaf"');
    const parsed = parseTrace(text);
    expect(parsed).toEqual(sampleTrace());
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect((parsed as unknown as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(Object.getPrototypeOf(parsed.graphs[0]?.nodes[0])).toBe(Object.prototype);
  });

  it('may use any string as a name', () => {
    for (const name of ['__proto__', 'constructor', '', '\u0000', '🦆', '</script>']) {
      const trace = copy();
      (trace.graphs[0]?.nodes[0] as { name: string }).name = name;
      expect(parseTrace(trace).graphs[0]?.nodes[0]?.name).toBe(name);
    }
  });
});

describe('what is no trace at all', () => {
  it.each([
    null,
    undefined,
    true,
    5,
    5n,
    '',
    '[]',
    'null',
    '5',
    '"x"',
    [],
    () => 1,
    Symbol('s'),
    '{}',
  ])('is refused: %s', input => refused(input));

  it('is refused with the reason', () => {
    refused('{}', /not a seegrad trace: "format"/);
    refused(TEXT.slice(0, -1), /not JSON/);
    refused(TEXT.slice(0, TEXT.length / 2), /not JSON/);
    refused(`${TEXT}x`, /not JSON/);
    refused('\u0000', /not JSON/);
    for (const version of [0, 2, '1', null, 1.5])
      refused({ ...copy(), version }, /another version/);
    refused({ ...copy(), format: 'other' }, /"format" must be "seegrad-trace"/);
  });

  it('is refused when nested 100,000 deep, without overflowing the stack', () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    refused(deep);
    refused(TEXT.replace('"ops":[', `"ops":[${deep},`), /ops\[0\] must be an object/);
    refused(TEXT.replace('"order":[', `"order":[${deep},`), /order/);
    expect(parseTrace(TEXT.replace('"version":1', `"version":1,"x":${deep}`))).toEqual(
      sampleTrace(),
    );
  });

  it('is refused when it is too long', () => {
    const scopes = new Array(TRACE_LIMITS.scopes + 1).fill('s');
    refused({ ...copy(), scopes }, /scopes has 100001 entries; at most 100000/);
    refused({ ...copy(), title: 'x'.repeat(1001) }, /title has 1001 characters/);
    const wide = copy();
    wide.passes = new Array(TRACE_LIMITS.passes + 1).fill(wide.passes[0]);
    refused(wide, /passes has/);
  });

  it('cyclic objects, getters, proxies and functions do no harm', () => {
    const cyclic = copy() as unknown as Record<string, unknown>;
    cyclic['ops'] = [cyclic];
    refused(cyclic);
    const cyclicList: unknown[] = [];
    cyclicList.push(cyclicList);
    refused({ ...copy(), graphs: cyclicList });
    let called = 0;
    const getter = {
      get format() {
        called++;
        return 'seegrad-trace';
      },
    };
    refused(getter);
    refused(Object.create(copy()));
    refused(Object.defineProperty(copy(), 'ops', { get: () => called++ }));
    expect(called).toBe(0);
    const thrower = () => {
      throw new RangeError('gotcha');
    };
    const list = Object.defineProperty([1], 0, { get: thrower });
    refused({ ...copy(), scopes: list });
    const iterable = Object.assign([] as string[], { [Symbol.iterator]: thrower });
    expect(
      parseTrace({ ...copy(), files: [], scopes: iterable, graphs: [], passes: [] }).scopes,
    ).toEqual([]);
    refused(new Proxy(copy(), { getOwnPropertyDescriptor: thrower }));
    const { proxy, revoke } = Proxy.revocable(copy(), {});
    revoke();
    refused(proxy);
    refused({ ...copy(), ops: (_a: unknown, _b: unknown) => 1 });
  });
});

describe('every field', () => {
  /** Every place in a value, as a path of keys. */
  function* places(
    thing: unknown,
    path: readonly (string | number)[] = [],
  ): Generator<typeof path> {
    if (path.length > 0) yield path;
    if (typeof thing !== 'object' || thing === null) return;
    // Of long lists the first few and the last entry stand for all.
    const keys = Object.keys(thing);
    const shown =
      Array.isArray(thing) && keys.length > 4 ? [...keys.slice(0, 3), keys.at(-1) as string] : keys;
    for (const key of shown) {
      yield* places((thing as Record<string, unknown>)[key], [...path, key]);
    }
  }

  function spoilt(
    path: readonly (string | number)[],
    change: (owner: Record<string, unknown>, key: string) => void,
  ) {
    const trace = copy() as unknown;
    let owner = trace as Record<string, unknown>;
    for (const key of path.slice(0, -1)) owner = owner[key] as Record<string, unknown>;
    change(owner, String(path.at(-1)));
    return trace;
  }

  const set = (wrong: unknown) => (owner: Record<string, unknown>, key: string) => {
    owner[key] = wrong;
  };

  const all = [...places(copy())];
  const OPTIONAL = /^(title|passes,\d+,label|graphs,\d+,nodes,\d+,(name|scope|source))$/;

  it('may not be missing, unless it is optional', () => {
    expect(all.length).toBeGreaterThan(150);
    for (const path of all) {
      const at = path.join();
      if (/\d$/.test(at)) continue; // an entry of a list: see holes below
      const trace = spoilt(path, (owner, key) => delete owner[key]);
      if (OPTIONAL.test(at)) consistent(parseTrace(trace));
      else refused(trace);
    }
  });

  it('may not be of another type', () => {
    for (const path of all) {
      const at = path.join();
      const good = path.reduce<unknown>((o, key) => (o as Record<string, unknown>)[key], copy());
      for (const wrong of [null, true, {}, [], 'x', 7.25, [[]], { length: 1 }]) {
        if (
          Array.isArray(wrong) === Array.isArray(good) &&
          typeof wrong === typeof good &&
          wrong !== null
        )
          continue;
        if (wrong === null && /(gradients|locals|contributions),\d+$/.test(at)) continue;
        if (wrong === 7.25 && /(step|(values|gradients|locals|contributions),\d+)$/.test(at))
          continue;
        refused(spoilt(path, set(wrong)));
      }
    }
  });

  it('may not be a number out of range', () => {
    const ids = all.filter(path =>
      /(op|root|graph|scope|file|line|column|inputs,\d+|order,\d+)$/.test(path.join()),
    );
    expect(ids.length).toBeGreaterThan(30);
    for (const path of ids) {
      for (const wrong of [
        -1,
        0.5,
        2 ** 53,
        1e308,
        Number.NaN,
        Number.POSITIVE_INFINITY,
        '0',
        '-0',
      ]) {
        refused(spoilt(path, set(wrong)));
      }
    }
    for (const path of ids.filter(p => /(line|column)$/.test(p.join()))) {
      refused(spoilt(path, set(0)), /starts at 1/);
    }
    for (const path of all.filter(p => /(step|values,\d+)$/.test(p.join()))) {
      for (const wrong of [Number.NaN, Number.NEGATIVE_INFINITY, 'nan', '1', '']) {
        refused(spoilt(path, set(wrong)));
      }
    }
    refused(TEXT.replace(/"values":\[[^,]*,/, '"values":[1e400,'), /beyond the range/);
  });

  it('of lists may not have holes, and lists not another length', () => {
    for (const path of all) {
      const good = path.reduce<unknown>((o, key) => (o as Record<string, unknown>)[key], copy());
      if (!Array.isArray(good)) continue;
      const at = path.join();
      if (good.length > 0) {
        refused(
          spoilt(path, (owner, key) => {
            delete (owner[key] as unknown[])[0];
          }),
        );
      }
      if (/(values|gradients|locals|contributions|inputs|partials)$/.test(at) && good.length > 0) {
        refused(spoilt(path, (owner, key) => void (owner[key] as unknown[]).push(null)));
        refused(spoilt(path, (owner, key) => void (owner[key] as unknown[]).pop()));
      }
    }
  });
});

describe('graphs and passes', () => {
  type Nodes = { inputs: number[]; kind: string; op?: number }[];
  const nodesOf = (trace: Trace) => trace.graphs[0]?.nodes as unknown as Nodes;

  it('a node that takes itself or a later one is a cycle', () => {
    const op = nodesOf(copy()).findIndex(node => node.kind === 'op');
    for (const to of [op, op + 1]) {
      const trace = copy();
      (nodesOf(trace)[op] as Nodes[number]).inputs[0] = to;
      refused(trace, /the graph has a cycle or its nodes are out of order/);
    }
  });

  it('a leaf with inputs, an empty graph, a node that fires twice or is no op', () => {
    const leaf = copy();
    (nodesOf(leaf)[0] as Nodes[number]).op = 0;
    refused(leaf, /neither an op nor inputs/);
    refused({ ...copy(), graphs: [{ nodes: [], root: 0 }], passes: [] }, /empty/);
    const twice = copy();
    const order = twice.passes[0]?.order as number[];
    order[1] = order[0] as number;
    refused(twice, /fires twice/);
    order[1] = 0;
    refused(twice, /is no op node/);
  });

  it('a pass whose order runs with time, or that fires without a gradient', () => {
    const forward = copy();
    (forward.passes[0] as Trace['passes'][number]).order.reverse();
    refused(forward, /which contributes to it/);
    const silent = copy();
    const pass = silent.passes[0] as Trace['passes'][number];
    pass.gradients[pass.order[0] as number] = null;
    refused(silent, /fires, but has no gradient/);
  });
});
