// The command as a whole: help, demos, traces, the viewer's server, signals and pipes.

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { parseTrace, traceNumber } from '../../src/index.ts';
import { type Running, Seegrad } from './seegrad.ts';

const seegrad = new Seegrad();
beforeAll(() => seegrad.build());
afterAll(() => seegrad.remove());

describe('help', () => {
  it('lists the commands', async () => {
    const out = await seegrad.print('--help');
    for (const command of ['explain', 'play', 'view', 'demo'])
      expect(out).toMatch(new RegExp(`^  ${command} `, 'm'));
    expect(await seegrad.print()).toBe(out);
    expect(await seegrad.print('help')).toBe(out);
    expect(await seegrad.print('-h')).toBe(out);
  });

  it.each(['explain', 'play', 'view', 'demo'])('of %s, in 80 columns', async command => {
    const out = await seegrad.print('help', command);
    expect(out).toContain(`seegrad ${command}: `);
    expect(out).toContain('Usage');
    expect(out).toContain('--no-open');
    expect(out).not.toContain('\u001b');
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(await seegrad.print(command, '--help')).toBe(out);
    expect(await seegrad.print(command, '--port', '5', '-h')).toBe(out);
  });

  it('shows the version of the package', async () => {
    expect(await seegrad.print('--version')).toBe(`seegrad ${manifest.version}\n`);
  });

  it.each([
    [['explian'], 'seegrad: there is no command explian; did you mean explain?\n'],
    [
      ['constructor'],
      'seegrad: there is no command constructor; there are demo, explain, export, play,\nview, help.\n',
    ],
    [['--verson'], 'seegrad: there is no option --verson; did you mean --version?\n'],
    [['help', 'veiw'], 'seegrad: there is no command veiw; did you mean view?\n'],
    [['help', 'view', 'demo'], 'seegrad: help takes the name of one command.\n'],
    [['demo', 'nothing'], 'seegrad: there is no demo "nothing"; there is backpropagation.\n'],
    [
      ['demo', 'backpropogation'],
      'seegrad: there is no demo "backpropogation"; did you mean backpropagation?\n',
    ],
    [['demo', 'a', 'b'], 'seegrad: demo takes one name.\n'],
    [['demo', '--once=yes'], 'seegrad: --once takes no value.\n'],
    [['demo', '--out', 'x.json'], 'seegrad: --out belongs to --once.\n'],
    [['demo', '--noopen'], 'seegrad: there is no option --noopen; did you mean --no-open?\n'],
    [
      ['demo', '--port', '0x50'],
      'seegrad: --port takes a whole number from 0 to 65535, got "0x50".\n',
    ],
    [['view'], 'seegrad: view needs a trace file: seegrad view seegrad-trace.json.\n'],
    [['view', 'missing.json'], 'seegrad: there is no file missing.json.\n'],
    [['view', '.'], 'seegrad: . is not a file.\n'],
    [['view', 'a', 'b'], 'seegrad: view takes one file.\n'],
  ])('%j is refused', async (args, wanted) => {
    const { code, error } = await seegrad.run(...args);
    expect({ code, error }).toEqual({ code: 2, error: wanted });
  });
});

describe('demo --once', () => {
  it('prints the gradients and writes the trace', async () => {
    const out = await seegrad.print('demo', '--once');
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(out).toMatch(/^ +1 {2}E .* 0\.298371 +1$/m);
    expect(out).toMatch(/^ +w5 +leaf +0\.4 +0\.082167$/m);
    expect(out).toMatch(/^ +w1 +leaf +0\.15 +0\.000438568$/m);
    expect(out).toContain("E(w5)' = (outy1 − o1) · sigmoid_derivative(outy1) · outh1\n");
    const flat = out.replace(/\n +/g, ' ');
    expect(flat).toContain(
      "E(w1)' = ((outy1 − o1) · sigmoid_derivative(outy1) · w5 " +
        '+ (outy2 − o2) · sigmoid_derivative(outy2) · w7) · sigmoid_derivative(outh1) · i1',
    );
    expect(out.match(/equal to the last digit/g)).toHaveLength(2);
    const byHand = [...out.matchAll(/by hand +(\S+)/g)].map(match => Number(match[1]));
    const backward = [...out.matchAll(/backward +(\S+)/g)].map(match => match[1]);
    expect(byHand[0]).toBeCloseTo(0.082167041, 9);
    expect(byHand[1]).toBeCloseTo(0.000438568, 9);
    expect(backward).toEqual(expect.arrayContaining(byHand.map(String)));

    const trace = parseTrace(
      JSON.parse(readFileSync(join(seegrad.folder, 'seegrad-trace.json'), 'utf8')),
    );
    const [pass] = trace.passes;
    const id = trace.graphs[0]?.nodes.findIndex(node => node.name === 'w5') ?? -1;
    expect(traceNumber(pass?.gradients[id] ?? Number.NaN)).toBe(byHand[0]);
    // Nothing of the machine that it was made on.
    expect(trace.files).toEqual([]);
  });

  it('writes it where it is told to', async () => {
    const out = await seegrad.print('demo', 'backpropagation', '--once', '--out', 'other.json');
    expect(out).toContain('seegrad view other.json');
    parseTrace(JSON.parse(readFileSync(join(seegrad.folder, 'other.json'), 'utf8')));
    const { code, error } = await seegrad.run('demo', '--once', '--out', 'no/such/folder.json');
    expect({ code, error }).toEqual({
      code: 2,
      error: 'seegrad: cannot write no/such/folder.json: its folder does not exist.\n',
    });
  });
});

/** The address that a run prints once it serves the viewer. */
async function addressOf(running: Running): Promise<string> {
  return await vi.waitFor(
    () => {
      const url = /http:\/\/127\.0\.0\.1:\d+\//.exec(running.out())?.[0];
      if (url === undefined) throw new Error(`no address in ${JSON.stringify(running.out())}`);
      return url;
    },
    { timeout: 20_000, interval: 20 },
  );
}

/** Stops a run as Ctrl-C does, and checks that it ends at once and in order. */
async function stop(running: Running, signal: NodeJS.Signals = 'SIGINT'): Promise<void> {
  const start = performance.now();
  running.child.kill(signal);
  const { code, out, error } = await running.ended;
  expect({ code, error }).toEqual({ code: 0, error: '' });
  expect(out.endsWith('  stopped\n')).toBe(true);
  expect(performance.now() - start).toBeLessThan(4000);
}

describe('the viewer', () => {
  it('shows the demo until Ctrl-C, also to a browser that keeps its connection', async () => {
    const running = seegrad.start(['demo', '--no-open', '--port', '0']);
    const url = await addressOf(running);
    const page = await fetch(url);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<script');
    const trace = parseTrace(await (await fetch(`${url}trace.json`)).json());
    expect(trace.title).toContain('Backpropagation');
    const agent = new Agent({ keepAlive: true });
    await new Promise<void>((resolve, reject) => {
      get(url, { agent }, response => response.resume().on('end', resolve)).on('error', reject);
    });
    await stop(running);
    agent.destroy();
  });

  it('shows an explained formula', async () => {
    const running = seegrad.start(['explain', 'sin(x*x)', 'x=3', '--view', '--port', '0']);
    const trace = parseTrace(await (await fetch(`${await addressOf(running)}trace.json`)).json());
    expect(trace.title).toBe('y = sin(x*x)');
    // Every step has a name, so that the viewer shows it on a card of its own.
    expect(trace.graphs[0]?.nodes.map(({ name, inputs }) => ({ name, inputs }))).toEqual([
      { name: 'x', inputs: [] },
      { name: 't1', inputs: [0, 0] },
      { name: 'y', inputs: [1] },
    ]);
    expect(trace.passes[0]?.gradients[0]).toBe(6 * Math.cos(9));
    await stop(running);
  });

  it('shows a trace file as it is, and ends on SIGTERM too', async () => {
    await seegrad.print('demo', '--once', '--out', 'view.json');
    const running = seegrad.start(['view', 'view.json', '--no-open', '--port', '0']);
    const text = await (await fetch(`${await addressOf(running)}trace.json`)).text();
    expect(text).toBe(readFileSync(join(seegrad.folder, 'view.json'), 'utf8'));
    await stop(running, 'SIGTERM');
  });

  it('takes the next port where the wanted one is taken', async () => {
    const blocker = createServer();
    const taken = await new Promise<number>(resolve => {
      blocker.listen(0, '127.0.0.1', () => resolve((blocker.address() as { port: number }).port));
    });
    const running = seegrad.start(['demo', '--no-open', '--port', String(taken)]);
    const { port } = new URL(await addressOf(running));
    expect(Number(port)).toBeGreaterThan(taken);
    expect(running.out()).toContain(`Port ${taken} is taken; using ${port} instead.`);
    await stop(running);
    await new Promise(done => blocker.close(done));
  });

  it('says so when there is nothing to view', async () => {
    const { code, error } = await seegrad.run('explain', '1 + 2', '--view');
    expect({ code, error }).toEqual({
      code: 2,
      error: 'seegrad: there is no backward pass to view: the expression does not vary.\n',
    });
  });

  it('says so when it is not built', async () => {
    const bare = new Seegrad();
    mkdirSync(bare.folder, { recursive: true });
    await bare.build();
    rmSync(join(bare.folder, 'viewer'), { recursive: true });
    mkdirSync(join(bare.folder, 'viewer'));
    const { code, error } = await bare.run('demo', '--no-open', '--port', '0');
    bare.remove();
    expect(code).toBe(2);
    expect(error.replaceAll(/\s+/g, ' ')).toMatch(
      /^seegrad: the viewer is not built: .* run npm run build\. $/,
    );
  });
});

describe('view refuses', () => {
  it.each([
    ['what is not JSON', 'hello', /^seegrad: bad\.json is not JSON: /],
    ['another kind of JSON', '{"format":"other"}', /^seegrad: .*format/s],
    ['an array', '[]', /^seegrad: /],
    ['null', 'null', /^seegrad: /],
    ['an empty file', '', /^seegrad: bad\.json is not JSON: /],
    ['a prototype', '{"__proto__":{"format":"seegrad-trace"}}', /^seegrad: /],
    ['JSON without end', '['.repeat(200_000), /^seegrad: /],
  ])('%s', async (_, text, message) => {
    writeFileSync(join(seegrad.folder, 'bad.json'), text);
    expect(await seegrad.refusal('view', 'bad.json')).toMatch(message);
  });
});

describe.skipIf(process.platform === 'win32')('the browser', () => {
  const at = (file: string): string => join(seegrad.folder, file);

  /** Runs the demo where there seems to be a display, until its browser has noted the address. */
  async function browse(...args: string[]): Promise<{ url: string; noted: string }> {
    mkdirSync(at('bin'), { recursive: true });
    rmSync(at('noted'), { force: true });
    const script = `#!/bin/sh\necho "$1" > '${at('part')}' && mv '${at('part')}' '${at('noted')}'\n`;
    writeFileSync(at('bin/xdg-open'), script, { mode: 0o755 });
    const { PATH } = process.env;
    const environment = { CI: '', DISPLAY: ':0', PATH: `${at('bin')}:${PATH}` };
    const running = seegrad.start(['demo', '--port', '0', ...args], environment);
    const url = await addressOf(running);
    const deadline = performance.now() + (args.length === 0 ? 10_000 : 500);
    while (performance.now() < deadline && !existsSync(at('noted'))) {
      await new Promise(resolve => setTimeout(resolve, 20));
    }
    await stop(running);
    return { url, noted: existsSync(at('noted')) ? readFileSync(at('noted'), 'utf8').trim() : '' };
  }

  it.runIf(process.platform === 'linux')('is opened on the address', async () => {
    const { url, noted } = await browse();
    expect(noted).toBe(url);
  });

  it('is not opened with --no-open', async () => {
    expect((await browse('--no-open')).noted).toBe('');
  });
});

describe.skipIf(process.platform === 'win32')('pipes and terminals', () => {
  it('ends quietly when the reader has seen enough', async () => {
    const running = seegrad.start(['explain', 'exp(sin(x^2))', 'x=1', '--order', '7', '--json']);
    running.child.stdout?.once('data', () => running.child.stdout?.destroy());
    const { code, error } = await running.ended;
    expect({ code, error }).toEqual({ code: 0, error: '' });
  });

  it('writes everything into a slow pipe', async () => {
    const command = `"${process.execPath}" "${seegrad.program}" explain "exp(sin(x^2))" x=1 --order 6 --json | (sleep 0.3; cat)`;
    const out = await new Promise<string>((resolve, reject) => {
      const child = spawn('sh', ['-c', command], { stdio: ['ignore', 'pipe', 'inherit'] });
      let text = '';
      child.stdout.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      child.on('close', () => resolve(text)).on('error', reject);
    });
    expect(out.length).toBeGreaterThan(70_000);
    expect(JSON.parse(out)).toMatchObject({ name: 'y' });
  });
});
