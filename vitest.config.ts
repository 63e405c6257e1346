// How the tests run. Everything under test/ runs in Node, where the tests of the viewer drive a real browser from outside; what
// needs nothing of Node runs inside a browser as well, and test/page/ only there.
import { availableParallelism } from 'node:os';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig, type TestProjectConfiguration } from 'vitest/config';
import { FLAGS, findBrowser } from './test/support/launch-browser.ts';
import { testsForBoth, testsOfThePage } from './test/support/page-tests.ts';

/** Says what was skipped, where there is no browser. */
const WITHOUT_BROWSER = 'test/support/without-browser.test.ts';
const executablePath = findBrowser();

// A busy machine without a graphics card takes seconds for a frame; what never comes is found soon enough anyway.
const patience = {
  testTimeout: 180_000,
  hookTimeout: 180_000,
  expect: { poll: { timeout: 20_000 } },
};

const shared = testsForBoth();
const OPENED = ['test/cli/**/*.test.ts', 'test/viz/browser/**/*.test.ts'];

const inNode: readonly TestProjectConfiguration[] = [
  {
    test: {
      ...patience,
      name: 'node',
      include: ['test/**/*.test.ts'],
      exclude: [...shared, ...OPENED, ...(executablePath === undefined ? [] : [WITHOUT_BROWSER])],
    },
  },
  // Starting a process and reading the whole engine anew for each of them would take longer than the tests.
  { test: { ...patience, name: 'shared', include: shared, isolate: false } },
  {
    test: {
      ...patience,
      name: 'viewer',
      include: OPENED,
      globalSetup: 'test/support/built-viewer.ts',
    },
  },
];

const inPage: TestProjectConfiguration = {
  // Found out beforehand: a package that the server meets in the middle of a test makes it load the page anew.
  optimizeDeps: {
    include: [
      '@preact/signals',
      'fast-check',
      'graphology',
      'jsep',
      'katex',
      'preact',
      'preact/hooks',
      'preact/jsx-dev-runtime',
      'preact/test-utils',
      'sigma',
      'sigma/rendering',
      'watr',
    ],
  },
  test: {
    ...patience,
    name: 'page',
    isolate: false,
    include: [...testsOfThePage(), ...shared],
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      viewport: { width: 1440, height: 900 },
      provider: playwright({
        launchOptions: { ...(executablePath && { executablePath }), args: [...FLAGS] },
      }),
      instances: [{ browser: 'chromium' }],
    },
  },
};

export default defineConfig({
  test: {
    projects: executablePath === undefined ? [...inNode] : [...inNode, inPage],
    // Two at least: a test that drives a browser mostly waits for it, and a machine of two cores would run one at a time.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    reporters: process.env['CI']
      ? ['default', ['json', { outputFile: 'test-results.json' }]]
      : ['default'],
  },
});
