// Builds the viewer once for all tests that open it or serve it, and removes it after them.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { buildViewer } from '../../scripts/build-viewer.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of the built viewer. */
    viewer: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'seegrad-viewer-'));
  await buildViewer({ outdir: folder, minify: true });
  project.provide('viewer', folder);
  return () => rm(folder, { recursive: true, force: true });
}
