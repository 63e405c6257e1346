// Watching a program train: the history stays bounded, pages are told what is new, and nobody holds the program up.

import { execFile } from 'node:child_process';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import {
  ArgumentError,
  parseTrace,
  record,
  scope,
  type Trace,
  type TracePass,
  value,
  watch,
} from '../src/index.ts';
import { History } from '../src/live/history.ts';
import { MOST_KEPT, thinned, withAddition } from '../src/viz/model/live.ts';

const QUIET = { port: 0, open: false, announce: false } as const;

/** One recorded step; `wide` gives it another structure. */
function stepTrace(x: number, wide = false): Trace {
  return record(() => {
    const leaf = value(x, { name: 'x' });
    const y = scope('part', () => leaf.square());
    (wide ? y.add(leaf.sin()) : y).named('y').backward();
  }).trace;
}

describe('the history of a run', () => {
  it('holds one structure for all steps alike, and counts on', () => {
    const history = new History('run');
    const first = history.add(stepTrace(1));
    expect([first.graphs.length, first.ops.length, first.passes.length]).toEqual([1, 1, 1]);
    const second = history.add(stepTrace(2));
    expect([second.graphs, second.ops, second.scopes]).toEqual([[], [], []]);
    const third = history.add(stepTrace(3, true));
    expect(third.graphs).toHaveLength(1);
    expect(third.passes[0]?.graph).toBe(1);
    const { trace } = history;
    expect(trace.title).toBe('run');
    expect(trace.passes.map(({ step }) => step)).toEqual([0, 1, 2]);
    expect(trace.passes.map(({ values }) => values[0])).toEqual([1, 2, 3]);
    expect(parseTrace(trace)).toEqual(trace);
    // The ops of the third step have other numbers there than here.
    const names = trace.graphs[1]?.nodes.map(({ op }) => trace.ops[op ?? -1]?.name);
    expect(names).toEqual([undefined, 'square', 'sin', 'add']);
  });

  it('stays bounded, with the first pass, the latest and an even choice of the others', () => {
    const history = new History(undefined);
    const step = stepTrace(1);
    for (let k = 0; k < 5000; k++) history.add(step);
    const steps = history.trace.passes.map(pass => pass.step);
    expect(history.total).toBe(5000);
    expect(steps.length).toBeLessThanOrEqual(500);
    expect(steps.length).toBeGreaterThan(200);
    expect([steps[0], steps.at(-1)]).toEqual([0, 4999]);
    const gaps = new Set(steps.slice(1, -1).map((at, k) => at - (steps[k] as number)));
    expect(gaps.size).toBe(1);
  });
});

describe('the history of a program that builds another graph at every step', () => {
  const named = (k: number): Trace =>
    record(() => {
      const x = value(k, { name: `x${k}` });
      scope(`step ${k}`, () => x.square()).backward();
    }).trace;

  it('stays bounded, and lets go of the graphs that no pass needs any more', () => {
    const history = new History(undefined);
    let cleared = 0;
    for (let k = 0; k < 700; k++) {
      const addition = history.add(named(k));
      if (addition.anew) cleared++;
      expect(history.trace.graphs.length).toBeLessThanOrEqual(200);
    }
    const { trace } = history;
    expect(cleared).toBeGreaterThan(2);
    expect(cleared).toBeLessThan(12);
    expect(trace.scopes.length).toBe(trace.graphs.length);
    expect(parseTrace(trace)).toEqual(trace);
    const steps = trace.passes.map(({ step }) => step);
    expect([steps[0], steps.at(-1)]).toEqual([0, 699]);
    for (const { graph, step, values } of trace.passes) {
      const [leaf, square] = trace.graphs[graph]?.nodes ?? [];
      expect(values).toEqual([step, step ** 2].map(x => (x === 0 ? 0 : x)));
      expect(leaf?.name).toBe(`x${step}`);
      expect(trace.scopes[square?.scope ?? -1]).toBe(`step ${step}`);
    }
  });

  it('tells a page everything again when the numbers of its graphs have changed', () => {
    const history = new History(undefined);
    let page = parseTrace(history.trace);
    for (let k = 0; k < 450; k++) {
      const addition = history.add(named(k));
      page = addition.anew ? parseTrace(history.trace) : withAddition(page, addition);
      const last = page.passes.at(-1);
      expect(page.graphs[last?.graph ?? -1]?.nodes[0]?.name).toBe(`x${k}`);
    }
  });
});

describe('what a page makes of a message', () => {
  const before = stepTrace(1);
  const [pass] = before.passes;

  it('takes new passes, and keeps the structure that it has', () => {
    const next = withAddition(before, { passes: [{ ...pass, step: 1 }] });
    expect(next.graphs).toBe(before.graphs);
    expect(next.passes.map(({ step }) => step)).toEqual([0, 1]);
    expect(next.passes[0]).toBe(pass);
  });

  it.each([
    [{ passes: [{ graph: 7 }] }],
    [{ passes: [1] }],
    [{ graphs: [{ nodes: [], root: 0 }] }],
    [{ ops: ['<script>'] }],
  ])('refuses %j', message => {
    expect(() => withAddition(before, message)).toThrow();
  });

  it.each([[null], [1], ['x'], [{}], [{ passes: 'x' }]])('takes nothing from %j', message => {
    expect(withAddition(before, message).passes).toEqual(before.passes);
  });

  it('keeps so many passes, and the one that is shown', () => {
    const passes = Array.from({ length: 3001 }, (_, step) => ({ ...pass, step }) as never);
    const shown = passes[777];
    const kept = thinned({ ...before, passes }, shown).passes.map(({ step }) => step);
    expect(kept.length).toBeLessThanOrEqual(MOST_KEPT);
    expect([kept[0], kept.at(-1), kept.includes(777)]).toEqual([0, 3000, true]);
  });

  it('keeps so many numbers, however few passes they are', () => {
    const large = { ...pass, values: new Array(500_000).fill(1) } as never as TracePass;
    const passes = Array.from({ length: 9 }, (_, step) => ({ ...large, step }));
    const kept = thinned({ ...before, passes }, passes[3]).passes.map(({ step }) => step);
    expect(kept).toEqual([0, 3, 8]);
    const four = passes.slice(0, 4);
    expect(thinned({ ...before, passes: four }, four[1]).passes).toHaveLength(3);
  });
});

interface Message {
  event: string;
  data: Record<string, never>;
}

/** Listens as a page does. */
async function listen(url: string) {
  const controller = new AbortController();
  const response = await fetch(`${url}events`, { signal: controller.signal });
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let text = '';
  const next = async (): Promise<Message> => {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end >= 0) {
        const [event = '', data = ''] = text
          .slice(0, end)
          .split('\n')
          .filter(line => !line.startsWith('retry: '));
        text = text.slice(end + 2);
        return { event: event.slice(7), data: JSON.parse(data.slice(6)) };
      }
      const { value: bytes, done } = await reader.read();
      if (done) return { event: 'closed', data: {} };
      text += decoder.decode(bytes, { stream: true });
    }
  };
  return { type: response.headers.get('content-type'), next, stop: () => controller.abort() };
}

describe('watch', () => {
  const w = value(2, { name: 'w' });
  const step = (): number => {
    const loss = w.square();
    loss.backward();
    w.zeroGrad();
    return loss.data;
  };
  /** The address stands on the error stream. */
  async function watched(options: object = QUIET): Promise<string> {
    const write = process.stderr.write;
    let said = '';
    process.stderr.write = ((text: string) => {
      said += text;
      return true;
    }) as never;
    try {
      await watch(step, { ...options, announce: true } as never);
    } finally {
      process.stderr.write = write;
    }
    return /http:\S+/.exec(said)?.[0] ?? '';
  }

  afterEach(() => watch.close());

  it('returns what the step returns, and throws what it throws', async () => {
    expect(await watch(step, QUIET)).toBe(4);
    await expect(
      watch(() => {
        throw new RangeError('mine');
      }),
    ).rejects.toThrow('mine');
    expect(await watch(step)).toBe(4);
  });

  it('tells pages everything so far, then what is new, then the end', async () => {
    const url = await watched();
    const first = await listen(url);
    expect(first.type).toBe('text/event-stream; charset=utf-8');
    const all = await first.next();
    expect([all.event, all.data['total'], all.data['over']]).toEqual(['all', 1, false]);
    expect(parseTrace(all.data['trace']).passes).toHaveLength(1);
    await watch(step);
    const more = await first.next();
    expect(more.event).toBe('more');
    expect((more.data['passes'] as { step: number }[]).map(pass => pass.step)).toEqual([1]);
    expect(more.data['graphs']).toEqual([]);
    const late = await listen(url);
    expect((await late.next()).data['total']).toBe(2);
    const answer = await fetch(`${url}trace.json`);
    expect(answer.headers.get('x-seegrad-live')).toBe('1');
    expect(parseTrace(await answer.text()).passes).toHaveLength(2);
    await watch.close();
    expect((await first.next()).event).toBe('end');
    expect((await late.next()).event).toBe('end');
    await expect(fetch(url)).rejects.toThrow();
  });

  it('is not held up by a page that does not read', async () => {
    const url = await watched();
    const { port } = new URL(url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(`GET /events HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
    socket.pause();
    for (let k = 0; k < 300; k++) await watch(step);
    socket.destroy();
    expect(await watch(step)).toBe(4);
  });

  it('records every n-th step only', async () => {
    const url = await watched({ ...QUIET, every: 3 });
    for (let k = 1; k < 7; k++) await watch(step);
    const trace = parseTrace(await (await fetch(`${url}trace.json`)).text());
    expect(trace.passes).toHaveLength(3);
  });

  it('goes on without a page, and begins anew after close', async () => {
    for (let k = 0; k < 3; k++) await watch(step, QUIET);
    await watch.close();
    const url = await watched({ ...QUIET, title: 'second' });
    const trace = parseTrace(await (await fetch(`${url}trace.json`)).text());
    expect([trace.title, trace.passes.length]).toEqual(['second', 1]);
  });

  it('listens to its own pages only', async () => {
    const url = await watched();
    for (const headers of [
      { Origin: 'http://example.org' },
      { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'cors', 'Sec-Fetch-Dest': 'empty' },
    ]) {
      expect((await fetch(`${url}events`, { headers })).status).toBe(403);
    }
    expect((await fetch(`${url}events`, { method: 'POST' })).status).toBe(405);
    expect((await fetch(`${url}events`, { method: 'HEAD' })).status).toBe(405);
  });

  it.each([
    [3, {}],
    [step, { every: 0 }],
    [step, { every: 1.5 }],
    [step, { port: 70_000 }],
    [step, { open: 'yes' }],
    [step, { title: 3 }],
    [step, { colour: 1 }],
  ])('refuses %s with %j', async (fn, options) => {
    await expect(watch(fn as never, options as never)).rejects.toThrow(ArgumentError);
  });

  it('refuses an asynchronous step', async () => {
    await watch(step, QUIET);
    await expect(watch(async () => 1)).rejects.toThrow(ArgumentError);
  });

  it('lets the program end when it is through, with a page still open', async () => {
    const library = new URL('../src/index.ts', import.meta.url).href;
    const program = `
      const { value, watch } = await import(${JSON.stringify(library)});
      const w = value(2);
      let said = '';
      const { write } = process.stderr;
      process.stderr.write = text => { said += text; return true; };
      const step = () => { w.square().backward(); };
      await watch(step, { port: 0, open: false });
      process.stderr.write = write;
      const { connect } = await import('node:net');
      const port = Number(/:(\\d+)\\//.exec(said)[1]);
      const socket = connect(port, '127.0.0.1');
      socket.write('GET /events HTTP/1.1\\r\\nHost: 127.0.0.1:' + port + '\\r\\n\\r\\n');
      socket.on('data', data => { if (String(data).includes('event: end')) console.log('told'); });
      socket.unref();
      for (let k = 0; k < 20; k++) await watch(step);
      console.log('through');
    `;
    const out = await new Promise<string>((resolve, reject) => {
      execFile(
        process.execPath,
        ['--import', 'tsx', '--input-type=module', '--eval', program],
        { cwd: fileURLToPath(new URL('..', import.meta.url)), timeout: 60_000 },
        (error, stdout) => (error === null ? resolve(stdout) : reject(error)),
      );
    });
    expect(out).toContain('through');
  });
});
