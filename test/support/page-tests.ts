// Which tests run inside a browser: those of the page's parts, and a second time those of the engine and of the viewer's
// model that need nothing of Node. The latter can share a process in Node as well, as they share a page.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { posix, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FOLDERS = [
  'test/autograd',
  'test/formula',
  'test/ndarray',
  'test/ops',
  'test/play',
  'test/viz',
];

/** These could run in a page as well, but do not. What runs there shares one page, so that it starts in seconds. */
const KEPT_OUT: Readonly<Record<string, string>> = {
  'test/autograd/custom-op.test.ts': 'fills the table of ops to the last one',
  'test/ndarray/wasm/gemm.test.ts': 'replaces WebAssembly before it loads the kernels afresh',
  'test/ops/broken-rules.test.ts': 'checks the checks, which are the same in a page',
  'test/ops/tensor-gradients.test.ts':
    'takes as long as all others; the rules of tensors are checked by the tests of their ops',
};

/** The tests of the page's parts. Paths are from the root of the repository, with `/` between the parts. */
export function testsOfThePage(): string[] {
  return testsIn('test/page');
}

/** The tests that run in Node and in a page. */
export function testsForBoth(): string[] {
  return FOLDERS.flatMap(testsIn).filter(
    path =>
      !path.startsWith('test/viz/browser/') && !Object.hasOwn(KEPT_OUT, path) && !needsNode(path),
  );
}

function testsIn(folder: string): string[] {
  return readdirSync(resolve(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map(name => posix.join(folder, name.split(sep).join('/')))
    .filter(path => /\.test\.tsx?$/.test(path))
    .sort();
}

/** Whether a file, or one that it imports from the tests or the scripts, imports something of Node or uses its globals. */
function needsNode(path: string, seen = new Set<string>()): boolean {
  if (seen.has(path)) return false;
  seen.add(path);
  const text = readFileSync(resolve(ROOT, path), 'utf8');
  if (/from 'node:|import\('node:|\b(?:process|Buffer)\./.test(text)) return true;
  return [...text.matchAll(/from '(\.[^']+)'/g)]
    .map(([, specifier = '']) => posix.join(posix.dirname(path), specifier))
    .filter(file => /^(?:test|scripts|examples)\//.test(file) && existsSync(resolve(ROOT, file)))
    .some(file => needsNode(file, seen));
}
