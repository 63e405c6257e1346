// Every example runs and prints what test/expected holds for it. `UPDATE_EXPECTED=1 npx vitest run test/examples.test.ts`
// writes the files anew; look at the difference before committing it.

import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const names = readdirSync(new URL('../examples/', import.meta.url)).filter(name =>
  /^\d\d-.*\.ts$/.test(name),
);

test('there are examples', () => {
  expect(names.length).toBeGreaterThanOrEqual(15);
});

test.each(names)('%s', async name => {
  const { stdout, stderr } = await run(process.execPath, ['--import', 'tsx', `examples/${name}`], {
    cwd: root,
    maxBuffer: 2 ** 24,
  });
  // The address of a live page changes from run to run.
  expect(stderr.replace(/^seegrad: watch it at http:\S+\n/, '')).toBe('');
  const file = new URL(`./expected/${name.replace(/\.ts$/, '.txt')}`, import.meta.url);
  if (process.env['UPDATE_EXPECTED'] === '1') writeFileSync(file, stdout);
  expect(existsSync(file), `no expectation stored for ${name}`).toBe(true);
  expect(stdout).toBe(readFileSync(file, 'utf8'));
});

const read = (name: string): string =>
  readFileSync(new URL(`./expected/${name}.txt`, import.meta.url), 'utf8');

test('the numbers of the worked example are in the output', () => {
  const backpropagation = read('02-backpropagation');
  for (const number of ['0.29837110', '0.08216704', '0.00043856']) {
    expect(backpropagation).toContain(number);
  }
  expect(read('01-derivative-rules')).not.toContain('≠');
  const loss = Number(/loss after 10000 steps: (\S+)/.exec(read('03-training'))?.[1]);
  expect(Math.abs(loss - 3.5e-5)).toBeLessThan(5e-7);
});

test('the results of chapters 3 to 7 are in the output', () => {
  const bitmaps = read('05-bitmaps');
  expect(bitmaps).toMatch(/^the 1 is \(1, 7\) +0\.9\d +0\.0\d$/m);
  expect(bitmaps).toMatch(/^the 7 is \(1, 7\) +0\.0\d +0\.9\d$/m);

  const line = read('06-convolution-1d');
  expect(line).toMatch(/^\[1 2 3 4 5\] \* \[1 0 1\] +4 +6 +8$/m);
  expect(line).toMatch(/^ {2}padding 1 +2 +4 +6 +8 +4$/m);
  expect(line).toMatch(/^ {2}stride 2 +4 +8$/m);
  expect(line).toMatch(/^\[1 2 3 4 5\] \* \[\.2 \.5 \.3\] +2\.1 +3\.1 +4\.1$/m);
  const [, lengths, values] = /right in (\d+) of \1 cases; values: (\d+) of \1$/m.exec(line) ?? [];
  expect(Number(lengths)).toBeGreaterThan(600);
  expect(values).toBe(lengths);

  expect(read('07-convolution-2d')).toContain('the whole kernel lies on rows 1 2 3: 12\n');
  expect(read('09-learned-kernel')).toMatch(
    /^learned \[3, 3\]\n +-1 +-1 +-1\n +-1 +8 +-1\n +-1 +-1 +-1$/m,
  );

  const pooling = read('10-pooling');
  expect(pooling).toMatch(/^max of 2 5 3 +5$/m);
  // A fifth, a half and three tenths of a thousand draws, within four standard deviations.
  const draws = /2: (\d+), 5: (\d+), 3: (\d+)$/m.exec(pooling)?.slice(1).map(Number) ?? [];
  expect(draws.reduce((a, b) => a + b)).toBe(1000);
  [0.2, 0.5, 0.3].forEach((share, k) => {
    const most = 4 * Math.sqrt(1000 * share * (1 - share));
    expect(Math.abs((draws[k] ?? 0) - 1000 * share)).toBeLessThan(most);
  });

  expect(read('11-cnn')).toContain('held-out digits told right: at least 95 %\n');
  const attention = read('12-attention');
  expect(attention).toMatch(/^their sum +1$/m);
  expect(attention.match(/Attention: the same$/gm)).toHaveLength(2);
  expect(attention).not.toContain('NOT');
  expect(read('14-transformer-layers')).toContain('gradcheck: all gradients of 19 tensors agree');
});
