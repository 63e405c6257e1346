// Opening a browser: which program is started, and when none is.

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { browserCommand, openBrowser } from '../../src/viz/server/index.ts';

const URL = 'http://127.0.0.1:4173/';

it.each([
  ['linux', { DISPLAY: ':0' }, 'xdg-open'],
  ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, 'xdg-open'],
  ['linux', {}, undefined],
  ['linux', { DISPLAY: '' }, undefined],
  ['linux', { DISPLAY: ':0', CI: 'true' }, undefined],
  ['darwin', {}, 'open'],
  ['darwin', { CI: '1' }, undefined],
  ['darwin', { CI: 'false' }, 'open'],
  ['win32', {}, 'rundll32'],
] as const)('on %s with %o starts %s', (platform, environment, program) => {
  const command = browserCommand(URL, platform, environment);
  expect(command?.program).toBe(program);
  if (command !== undefined) expect(command.args.at(-1)).toContain(URL);
});

it.skipIf(process.platform === 'win32')(
  'starts the program with the address as it is',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'seegrad-browser-'));
    const note = join(folder, 'note');
    const script = `#!/bin/sh\nprintf '%s' "$1" > '${note}.part' && mv '${note}.part' '${note}'\n`;
    writeFileSync(join(folder, 'xdg-open'), script, { mode: 0o755 });
    const hostile = `${URL}?a=1&b=$(touch ${folder}/hacked);c`;
    const { PATH } = process.env;
    openBrowser(hostile, 'linux', { DISPLAY: ':0', PATH: `${folder}:${PATH}` });
    await vi.waitFor(() => expect(existsSync(note)).toBe(true), { timeout: 10_000 });
    expect(readFileSync(note, 'utf8')).toBe(hostile);
    expect(existsSync(join(folder, 'hacked'))).toBe(false);
    rmSync(folder, { recursive: true });
  },
);

it('does not mind that the program is missing', async () => {
  openBrowser(URL, 'linux', { DISPLAY: ':0', PATH: '/nowhere' });
  await new Promise(resolve => setTimeout(resolve, 100));
});
