// How the tests run: everything under test/, Node environment; the browser tests drive a real browser themselves.
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    // A busy machine without a graphics card takes seconds for a frame; what never comes is found soon enough anyway.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 20_000 } },
    // Two at least: a test that drives a browser mostly waits for it, and a machine of two cores would run one at a time.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    reporters: process.env['CI']
      ? ['default', ['json', { outputFile: 'test-results.json' }]]
      : ['default'],
  },
});
