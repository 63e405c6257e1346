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
  expect(names.length).toBeGreaterThanOrEqual(4);
});

test.each(names)('%s', async name => {
  const { stdout, stderr } = await run(process.execPath, ['--import', 'tsx', `examples/${name}`], {
    cwd: root,
    maxBuffer: 2 ** 24,
  });
  expect(stderr).toBe('');
  const file = new URL(`./expected/${name.replace(/\.ts$/, '.txt')}`, import.meta.url);
  if (process.env['UPDATE_EXPECTED'] === '1') writeFileSync(file, stdout);
  expect(existsSync(file), `no expectation stored for ${name}`).toBe(true);
  expect(stdout).toBe(readFileSync(file, 'utf8'));
});

test('the numbers of the worked example are in the output', () => {
  const read = (name: string): string =>
    readFileSync(new URL(`./expected/${name}.txt`, import.meta.url), 'utf8');
  const backpropagation = read('02-backpropagation');
  for (const number of ['0.29837110', '0.08216704', '0.00043856']) {
    expect(backpropagation).toContain(number);
  }
  expect(read('01-derivative-rules')).not.toContain('≠');
  const loss = Number(/loss after 10000 steps: (\S+)/.exec(read('03-training'))?.[1]);
  expect(Math.abs(loss - 3.5e-5)).toBeLessThan(5e-7);
});
