// Tests in a real browser: skipped, with the command that installs one, where there is none.

import { describe } from 'vitest';
import { findBrowser, installHint } from './launch-browser.ts';

export { findBrowser, installHint, launchBrowser } from './launch-browser.ts';

/** A `describe` that is skipped, with a hint, where there is no browser. */
export function describeInBrowser(name: string, tests: () => void): void {
  if (findBrowser() !== undefined) {
    describe(name, tests);
    return;
  }
  console.warn(
    `SKIPPED "${name}": no Chrome, Chromium or Edge found. Install one with: ${installHint()} ` +
      '(or set SEEGRAD_BROWSER to its path)',
  );
  describe.skip(name, tests);
}
