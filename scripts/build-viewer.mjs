// Bundles the viewer into dist/viewer: a page, its script in chunks, its style sheet, KaTeX's style sheet and fonts.
// Run as `node scripts/build-viewer.mjs`, or import `buildViewer`.

import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { licensesOf } from './licenses.mjs';
import { standalonePage } from './standalone-page.mjs';

const project = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const app = join(project, 'src/viz/app');
const main = join(app, 'main.tsx');

/** What the scripts of the page have in common, whether in chunks or in one piece. */
const SCRIPT = {
  absWorkingDir: project,
  bundle: true,
  format: 'esm',
  platform: 'browser',
  target: ['chrome123', 'firefox121', 'safari17.5'],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  define: { 'process.env.NODE_ENV': '"production"' },
  logLevel: 'warning',
};

/**
 * Builds the viewer. Returns the gzipped size in bytes of the script that the page needs to start, that is app.js with
 * the chunks it imports at once.
 */
export async function buildViewer({ outdir = join(project, 'dist/viewer'), minify = true } = {}) {
  await rm(outdir, { recursive: true, force: true });
  await mkdir(outdir, { recursive: true });
  const result = await build({
    ...SCRIPT,
    entryPoints: { app: main },
    outdir,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    legalComments: 'linked',
    minify,
    metafile: true,
    plugins: [startInOnePiece],
    logOverride: { 'ignored-bare-import': 'silent' },
  });
  // A worker shares nothing with the page: in one piece it is there soonest.
  await build({
    ...SCRIPT,
    entryPoints: {
      'layout-worker': join(app, 'layout/worker.ts'),
      // The engine of the playground.
      'play-worker': join(project, 'src/viz/play/worker.ts'),
    },
    outdir,
    legalComments: 'linked',
    minify,
  });
  // The element by itself: pages load it from wherever they like.
  await build({
    ...SCRIPT,
    entryPoints: { element: join(app, 'element/element.ts') },
    outdir,
    minify,
  });
  await build({
    absWorkingDir: project,
    entryPoints: { app: join(app, 'styles/app.css') },
    outdir,
    bundle: true,
    target: ['chrome123', 'firefox121', 'safari17.5'],
    minify,
    logLevel: 'warning',
  });
  const initial = initialChunks(result.metafile).map(path => resolve(project, path));
  await writeFile(join(outdir, 'index.html'), await page(outdir, initial));
  await cp(join(app, 'icon.svg'), join(outdir, 'icon.svg'));
  await copyKatex(outdir);
  await writeFile(join(outdir, 'standalone.html'), await standalone(outdir, minify));
  return { initialScript: await gzippedSize(initial) };
}

/**
 * Keeps the script that the page starts with in one chunk. esbuild makes a chunk for every set of parts that share some code,
 * some thirty small ones; when every part that is loaded later imports the start, there is only one such set. (The import does
 * nothing else, as esbuild would remark.)
 */
const startInOnePiece = {
  name: 'start-in-one-piece',
  setup({ onLoad, onResolve, resolve }) {
    const later = new Set();
    onResolve({ filter: /^\./ }, async ({ path, kind, ...rest }) => {
      if (kind !== 'dynamic-import') return undefined;
      const found = await resolve(path, { kind: 'import-statement', ...rest });
      later.add(found.path);
      return found;
    });
    onResolve({ filter: /^start$/ }, () => ({ path: main, sideEffects: true }));
    onLoad({ filter: /\.tsx?$/ }, async ({ path }) => {
      if (!later.has(path)) return undefined;
      const contents = await readFile(path, 'utf8');
      return {
        contents: `${contents}\nimport 'start';\n`,
        loader: path.endsWith('x') ? 'tsx' : 'ts',
      };
    });
  },
};

/** The page, which asks for all chunks of the script at once: a chunk that waits for another to name it comes late. */
async function page(outdir, chunks) {
  const links = chunks
    .map(path => `<link rel="modulepreload" href="./${relative(outdir, path)}" />`)
    .filter(link => !link.includes('./app.js'));
  const html = await readFile(join(app, 'index.html'), 'utf8');
  return html.replace(
    '    <script type="module"',
    `${links.map(link => `    ${link}\n`).join('')}$&`,
  );
}

/** KaTeX's own style sheet with its woff2 fonts; the older font formats are left out. */
async function copyKatex(outdir) {
  const dist = join(dirname(createRequire(import.meta.url).resolve('katex')));
  const css = await readFile(join(dist, 'katex.min.css'), 'utf8');
  const woff2Only = css.replace(/,url\([^)]*\.(?:woff|ttf)\) format\("[^"]*"\)/g, '');
  await writeFile(join(outdir, 'katex.css'), woff2Only);
  await mkdir(join(outdir, 'fonts'), { recursive: true });
  for (const font of await readdir(join(dist, 'fonts'))) {
    if (font.endsWith('.woff2')) await cp(join(dist, 'fonts', font), join(outdir, 'fonts', font));
  }
}

/** The viewer as one file with a place for a trace: see `src/viz/model/export/html.ts`. */
async function standalone(outdir, minify) {
  const { outputFiles, metafile } = await build({
    ...SCRIPT,
    entryPoints: [main],
    legalComments: 'none',
    minify,
    metafile: true,
    write: false,
  });
  const fonts = await build({
    absWorkingDir: project,
    stdin: {
      contents: await readFile(join(outdir, 'katex.css'), 'utf8'),
      resolveDir: outdir,
      loader: 'css',
    },
    bundle: true,
    loader: { '.woff2': 'dataurl' },
    minify,
    write: false,
    logLevel: 'warning',
  });
  const styles = [
    await readFile(join(outdir, 'app.css'), 'utf8'),
    fonts.outputFiles[0]?.text ?? '',
  ];
  const licenses = await licensesOf(project, metafile);
  return standalonePage({ script: outputFiles[0]?.text ?? '', styles, licenses });
}

/** The entry and what it imports at once. */
function initialChunks(metafile) {
  const outputs = new Map(Object.entries(metafile.outputs));
  const entry = [...outputs].find(([, output]) => output.entryPoint?.endsWith('main.tsx'))?.[0];
  const needed = new Set();
  const queue = [entry];
  while (queue.length > 0) {
    const path = queue.pop();
    if (path === undefined || needed.has(path)) continue;
    needed.add(path);
    for (const { path: imported, kind } of outputs.get(path)?.imports ?? []) {
      if (kind === 'import-statement') queue.push(imported);
    }
  }
  return [...needed];
}

async function gzippedSize(files) {
  let size = 0;
  for (const path of files) size += gzipSync(await readFile(path)).length;
  return size;
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { initialScript } = await buildViewer();
  console.log(`viewer: initial script ${(initialScript / 1000).toFixed(1)} kB gzipped`);
}
