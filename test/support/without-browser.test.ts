// Runs only where there is no browser: names, as skipped, the tests that would have run inside one.

import { it } from 'vitest';
import { describeInBrowser } from './browser.ts';
import { testsForBoth, testsOfThePage } from './page-tests.ts';

describeInBrowser('the tests that run inside a page', () => {
  it.each([...testsOfThePage(), ...testsForBoth()])('%s', () => {
    throw new Error('this runs only where there is no browser');
  });
});
