// Runs a benchmark: bundles it as the library itself is shipped (a development loader would wrap the hot functions) and
// starts it in a fresh process.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = name => fileURLToPath(new URL(name, import.meta.url));
const out = here('.bench');
const [entry = 'scalar.ts', ...args] = process.argv.slice(2);

rmSync(out, { recursive: true, force: true });
await build({
  entryPoints: [here(entry)],
  outdir: out,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  // What is imported lazily stays in a file of its own, and unloaded.
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // The peers stay as they were published.
  external: ['@tensorflow/*', '@jax-js/*', '@dagrejs/dagre', 'elkjs', 'playwright'],
  minifySyntax: true,
});
const bundle = `${out}/${entry.replace(/\.ts$/, '.mjs')}`;
const { status } = spawnSync(process.execPath, ['--expose-gc', bundle, ...args], {
  stdio: 'inherit',
});
process.exit(status ?? 1);
