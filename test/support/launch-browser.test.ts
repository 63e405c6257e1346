// Finding a browser, and saying how to get one.

import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findBrowser, installHint } from './launch-browser.ts';

describe('findBrowser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'seegrad-browser-'));
  const program = join(folder, 'chromium');
  writeFileSync(program, '');
  chmodSync(program, 0o755);

  it('takes the one that is named, and no other', () => {
    expect(findBrowser({ SEEGRAD_BROWSER: program })).toBe(program);
    expect(findBrowser({ SEEGRAD_BROWSER: join(folder, 'missing'), PATH: folder })).toBeUndefined();
  });

  it.runIf(process.platform === 'linux')('looks along the path first', () => {
    expect(findBrowser({ PATH: folder })).toBe(program);
  });
});

describe('installHint', () => {
  it('names a command for each system', () => {
    expect(installHint('linux')).toBe('sudo apt-get install chromium');
    expect(installHint('darwin')).toContain('brew');
    expect(installHint('win32')).toContain('winget');
  });
});
