// Builds everything that is published into dist: the library, its declarations, the command and the viewer.
// Run as `node scripts/build.mjs`, or import the parts.

import { spawn } from 'node:child_process';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { licensesOf } from './licenses.mjs';

const project = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const source = join(project, 'src');
const library = join(source, 'index.ts');

/** A failure that says all there is to say: no stack trace. */
class BuildError extends Error {}

/** Bundles the library into one ES module for every platform, and beside it what it loads where there is Node. */
export async function buildLibrary({ outdir = join(project, 'dist') } = {}) {
  await build({
    absWorkingDir: project,
    entryPoints: { index: library },
    outdir,
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    // Inlines module constants, which the hot loops would otherwise reload; names stay as they are.
    minifySyntax: true,
    legalComments: 'none',
    define: { SEEGRAD_NODE_PART: JSON.stringify('./node.js') },
    logLevel: 'warning',
  });
  await build({
    absWorkingDir: project,
    entryPoints: { node: join(source, 'live/node.ts') },
    outdir,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    legalComments: 'none',
    logLevel: 'warning',
  });
}

/** Bundles the command. It imports the library from beside it, so that the library is there once. */
export async function buildCommand({ outdir = join(project, 'dist') } = {}) {
  const { version } = JSON.parse(await readFile(join(project, 'package.json'), 'utf8'));
  const outfile = join(outdir, 'cli.js');
  const { metafile } = await build({
    absWorkingDir: project,
    entryPoints: [join(source, 'cli/main.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    banner: { js: '#!/usr/bin/env node' },
    define: { SEEGRAD_VERSION: JSON.stringify(version) },
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    plugins: [besideLibrary],
  });
  // The schema of traces is plain functions: a second copy of it does no harm, one of the engine would.
  const twice = Object.keys(metafile.inputs).filter(path =>
    /^src\/(?!cli\/|formula\/|viz\/|autograd\/trace(?:-rule)?\.ts$)/.test(path),
  );
  if (twice.length > 0) {
    throw new BuildError(
      `the command would hold a second copy of ${twice.join(', ')}; import it from src/index.ts instead`,
    );
  }
  await writeFile(join(outdir, 'cli.LICENSES.txt'), await licensesOf(project, metafile));
  await chmod(outfile, 0o755);
}

/** Leaves imports of src/index.ts to run time, where they find dist/index.js. */
const besideLibrary = {
  name: 'beside-library',
  setup({ onResolve }) {
    onResolve({ filter: /\/index\.ts$/ }, ({ path, resolveDir }) =>
      resolve(resolveDir, path) === library ? { path: './index.js', external: true } : undefined,
    );
  },
};

/** Writes the declarations. */
async function buildDeclarations() {
  const manifest = createRequire(import.meta.url).resolve('typescript/package.json');
  const tsc = join(dirname(manifest), 'bin/tsc');
  const args = [tsc, '--project', join(project, 'tsconfig.build.json'), '--pretty', 'false'];
  const { code, output } = await runNode(args);
  if (code !== 0) throw new BuildError(`the declarations cannot be written:\n${output}`);
}

function runNode(args) {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, args, {
      cwd: project,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', part => {
        output += part;
      });
    }
    child.on('error', failed);
    child.on('close', code => done({ code, output }));
  });
}

async function buildAll() {
  const start = performance.now();
  await rm(join(project, 'dist'), { recursive: true, force: true });
  const { buildViewer } = await import('./build-viewer.mjs');
  // Every part is waited for, so that one that fails does not leave others writing.
  const results = await Promise.allSettled([
    buildLibrary(),
    buildCommand(),
    buildDeclarations(),
    buildViewer(),
  ]);
  const failures = results.filter(({ status }) => status === 'rejected');
  if (failures.length > 0) throw new AggregateError(failures.map(({ reason }) => reason));
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(
    `built in ${seconds} s: ${await sizes()}, viewer ${kilobytes(results[3].value.initialScript)} gzipped`,
  );
}

async function sizes() {
  const parts = ['index.js', 'cli.js'].map(async file => {
    const bytes = await readFile(join(project, 'dist', file));
    return `${file} ${kilobytes(bytes.length)} (${kilobytes(gzipSync(bytes).length)} gzipped)`;
  });
  return (await Promise.all(parts)).join(', ');
}

function kilobytes(bytes) {
  return `${(bytes / 1000).toFixed(1)} kB`;
}

/** What went wrong. esbuild has printed its own errors already. */
function report(error) {
  if (error instanceof AggregateError) for (const part of error.errors) report(part);
  else if (error instanceof BuildError) console.error(`build: ${error.message}`);
  else if (error.code === 'ERR_MODULE_NOT_FOUND') {
    console.error(`build: ${error.message.split('\n')[0]}; has npm ci run?`);
  } else if (!Array.isArray(error.errors)) console.error(error);
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    await buildAll();
  } catch (error) {
    report(error);
    console.error(`build failed (${relative(process.cwd(), fileURLToPath(import.meta.url))})`);
    process.exitCode = 1;
  }
}
