// The script of continuous integration, with a stand-in for npm that leaves results of every kind.

import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const script = new URL('../../.ci/run', import.meta.url);
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'seegrad-ci-'));
  for (const part of ['.ci', 'bin']) mkdirSync(join(folder, part));
  copyFileSync(script, join(folder, '.ci/run'));
  chmodSync(join(folder, '.ci/run'), 0o755);
});
afterEach(() => rmSync(folder, { recursive: true }));

function program(name: string, text: string): void {
  writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
}

/** Runs the script where `npm test` leaves these results, and returns its exit code and its lines. */
function run(
  results: unknown,
  { test = 0, ci = 0 } = {},
): { code: number | null; lines: string[] } {
  writeFileSync(join(folder, 'left.json'), JSON.stringify(results ?? null));
  program('chromium', 'true');
  program(
    'npm',
    `echo "npm $* CI=$CI" >> '${folder}/calls'
case $1 in
  ci) exit ${ci} ;;
  test) ${results === undefined ? 'true' : `cp '${folder}/left.json' test-results.json`}; exit ${test} ;;
esac`,
  );
  // Only what the script needs besides the stand-ins.
  const path = `${join(folder, 'bin')}:${dirname(process.execPath)}:/usr/bin:/bin`;
  const { status, stdout } = spawnSync('bash', [join(folder, '.ci/run')], {
    encoding: 'utf8',
    env: { PATH: path },
    input: '',
  });
  return { code: status, lines: stdout.trimEnd().split('\n') };
}

const passing = { numPassedTests: 12, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0 };

describe.skipIf(process.platform === 'win32')('.ci/run', () => {
  it('passes when everything passed, and runs exactly npm ci && npm test', () => {
    const { code, lines } = run(passing);
    expect(lines.at(-1)).toBe('12 passed, 0 failed');
    expect(code).toBe(0);
    const calls = spawnSync('cat', [join(folder, 'calls')], { encoding: 'utf8' }).stdout;
    expect(calls).toBe('npm ci CI=true\nnpm test CI=true\n');
  });

  it.each([
    ['a failed test', { ...passing, numFailedTests: 2 }, { test: 1 }, '12 passed, 2 failed'],
    [
      'a failed test that npm did not mind',
      { ...passing, numFailedTests: 2 },
      {},
      '12 passed, 2 failed',
    ],
    ['a skipped test', { ...passing, numPendingTests: 3 }, {}, '12 passed, 0 failed, 3 skipped'],
    ['a test to be written', { ...passing, numTodoTests: 1 }, {}, '12 passed, 0 failed, 1 skipped'],
    ['no test', { ...passing, numPassedTests: 0 }, {}, '0 passed, 0 failed'],
    ['a failing type check', undefined, { test: 2 }, '0 passed, 0 failed'],
    ['no results', undefined, {}, '0 passed, 0 failed'],
    ['a failing installation', passing, { ci: 1 }, '0 passed, 0 failed'],
    ['an error outside of the tests', passing, { test: 1 }, '12 passed, 0 failed'],
    [
      'a file that cannot be loaded',
      { ...passing, testResults: [{ status: 'failed', assertionResults: [] }] },
      { test: 1 },
      '12 passed, 1 failed',
    ],
  ])('fails after %s', (_, results, how, last) => {
    const { code, lines } = run(results, how);
    expect(lines.at(-1)).toBe(last);
    expect(code).toBe(1);
  });

  it('takes no results of an earlier run', () => {
    writeFileSync(join(folder, 'test-results.json'), JSON.stringify(passing));
    const { code, lines } = run(undefined);
    expect({ code, last: lines.at(-1) }).toEqual({ code: 1, last: '0 passed, 0 failed' });
    expect(existsSync(join(folder, 'test-results.json'))).toBe(false);
  });
});
