// The script of continuous integration, with a stand-in for npm that leaves results of every kind.

import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

interface Ran {
  code: number | null;
  lines: string[];
  /** What was asked of npm and apt-get. */
  calls: string[];
}

/** Runs the script where `npm test` leaves these results, on a machine with or without a browser and apt-get. */
function run(
  results: unknown,
  {
    test = 0,
    ci = 0,
    browser = true,
    apt,
  }: { test?: number; ci?: number; browser?: boolean; apt?: string } = {},
): Ran {
  writeFileSync(join(folder, 'left.json'), JSON.stringify(results ?? null));
  if (browser) program('chromium', 'true');
  if (apt !== undefined) {
    program('apt-get', `echo "apt-get $*" >> '${folder}/calls'\n${apt}`);
    program('sudo', 'shift; exec "$@"');
  }
  program(
    'npm',
    `echo "npm $* CI=$CI" >> '${folder}/calls'
case $1 in
  ci) exit ${ci} ;;
  test) ${results === undefined ? 'true' : `cp '${folder}/left.json' test-results.json`}; exit ${test} ;;
esac`,
  );
  // Nothing but the stand-ins and what the script needs: a browser of this machine must not be found.
  for (const name of ['bash', 'sh', 'dirname', 'rm', 'cp', 'id', 'chmod']) {
    const found = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim();
    symlinkSync(found, join(folder, 'bin', name));
  }
  symlinkSync(process.execPath, join(folder, 'bin/node'));
  const { status, stdout } = spawnSync('bash', [join(folder, '.ci/run')], {
    encoding: 'utf8',
    env: { PATH: join(folder, 'bin') },
    input: '',
  });
  const calls = existsSync(join(folder, 'calls'))
    ? readFileSync(join(folder, 'calls'), 'utf8')
    : '';
  return { code: status, lines: stdout.trimEnd().split('\n'), calls: calls.trimEnd().split('\n') };
}

const passing = { numPassedTests: 12, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0 };

describe.skipIf(process.platform === 'win32')('.ci/run', () => {
  it('passes when everything passed, and runs exactly npm ci && npm test', () => {
    const { code, lines, calls } = run(passing);
    expect(lines.at(-1)).toBe('12 passed, 0 failed');
    expect(code).toBe(0);
    expect(calls).toEqual(['npm ci CI=true', 'npm test CI=true']);
  });

  it.runIf(process.platform === 'linux')('installs a browser where there is none', () => {
    const bin = join(folder, 'bin/chromium');
    const apt = `[ $1 = install ] && echo > '${bin}' && chmod +x '${bin}'; true`;
    const { code, lines, calls } = run(passing, { browser: false, apt });
    expect(calls).toEqual([
      'apt-get update -q',
      'apt-get install -q -y --no-install-recommends chromium',
      'npm ci CI=true',
      'npm test CI=true',
    ]);
    expect(lines[0]).toBe('ci: no browser found; installing Chromium with apt-get');
    expect(lines[1]).toBe(`ci: browser ${bin}`);
    expect(code).toBe(0);
  });

  it.runIf(process.platform === 'linux')(
    'goes on without a browser, and fails for what is skipped',
    () => {
      const skipped = { ...passing, numPendingTests: 4 };
      for (const apt of [undefined, 'exit 100']) {
        rmSync(join(folder, 'bin'), { recursive: true });
        mkdirSync(join(folder, 'bin'));
        const { code, lines } = run(skipped, {
          browser: false,
          ...(apt === undefined ? {} : { apt }),
        });
        expect(lines.at(-1)).toBe('12 passed, 0 failed, 4 skipped');
        expect(code).toBe(1);
      }
    },
  );

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
