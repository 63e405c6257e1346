// The plan of the house, enforced: which part of the sources may import which, and what no source file may contain.

import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/** The parts, and for each the parts that it may import. A part that is not listed here must be added. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  ndarray: [],
  autograd: ['ndarray'],
  ops: ['autograd', 'ndarray'],
  compile: ['ops', 'autograd', 'ndarray'],
  nn: ['compile', 'ops', 'autograd', 'ndarray'],
  optim: ['compile', 'nn', 'ops', 'autograd', 'ndarray'],
  data: ['ops', 'autograd', 'ndarray'],
  io: ['nn', 'optim', 'data', 'compile', 'ops', 'autograd', 'ndarray'],
  // src/index.ts: what the package exports.
  index: ['live', 'io', 'data', 'optim', 'nn', 'compile', 'ops', 'autograd', 'ndarray'],
  'viz/model': ['autograd'],
  'viz/server': ['autograd'],
  // Traces out of a running program; what needs Node is loaded when it is wanted.
  live: ['viz/server', 'autograd'],
  // The language of formulas and programs: what the command line and the page both read.
  formula: ['index'],
  // The engine in the page. A bundle of its own: the page talks to it by messages.
  'viz/play': ['formula', 'index'],
  // The texts of the lessons with the programs that they are about; run, like others, by the playground's engine.
  'viz/lessons': ['viz/play', 'viz/model', 'autograd'],
  'viz/app': ['viz/lessons', 'viz/play', 'viz/model', 'autograd'],
  cli: ['formula', 'index', 'viz/play', 'viz/server', 'viz/model'],
};

/** All that the viewer knows of the engine. */
const TRACE_FILES = [
  'src/autograd/trace.ts',
  'src/autograd/parse-trace.ts',
  'src/autograd/trace-rule.ts',
];
/** All that the page imports of the playground's engine; the rest runs in a worker of its own. */
const PLAY_FILES = ['src/viz/play/presets.ts', 'src/viz/play/result.ts'];
const LONGEST = 500;

/** Source texts by their path from the root of the repository, with `/` between the parts. */
type Sources = ReadonlyMap<string, string>;

/** What is wrong with the sources, as one line each. */
function violations(sources: Sources): string[] {
  const found: string[] = [];
  const edges = new Map<string, Set<string>>();
  for (const [path, text] of sources) {
    const code = withoutComments(text);
    found.push(...fileViolations(path, text, code));
    for (const specifier of importsOf(code)) {
      if (!specifier.startsWith('.')) continue;
      const target = posix.normalize(posix.join(posix.dirname(path), specifier));
      found.push(...importViolations(path, target, sources));
      const [from, to] = [partOf(path), partOf(target)];
      if (from !== to) edges.set(from, (edges.get(from) ?? new Set()).add(to));
    }
  }
  const cycle = cycleIn(edges);
  if (cycle !== undefined) found.push(`these parts import each other: ${cycle.join(' → ')}`);
  return found;
}

function fileViolations(path: string, text: string, code: string): string[] {
  const found: string[] = [];
  const lines = text.trimEnd().split('\n').length;
  if (lines > LONGEST) found.push(`${path}: ${lines} lines, more than ${LONGEST}`);
  if (!/^(?:\/\/ \S|\/\*)/.test(text)) found.push(`${path}: does not open with what it is for`);
  if (/@ts-(?:ignore|nocheck|expect-error)/.test(text))
    found.push(`${path}: silences the type checker`);
  const plain = withoutStrings(code);
  if (ANY.test(plain)) found.push(`${path}: uses any`);
  const page = pageAccess(plain);
  if (page !== undefined && partOf(path) !== 'viz/app')
    found.push(`${path}: uses ${page}, outside viz/app`);
  return found;
}

/** `document` or `window` as a global; a variable or a parameter of that name is something else. */
function pageAccess(plain: string): string | undefined {
  for (const name of ['document', 'window']) {
    const local = new RegExp(
      `(?:\\b(?:const|let|var|function)\\s+(?:\\{[^}]*)?|[(,{]\\s*)${name}\\b\\s*[:,=})?]`,
    );
    const used = new RegExp(`(?<![.\\w$])(?:globalThis\\.)?${name}\\s*[.?[]`);
    if (used.test(plain) && !local.test(plain)) return name;
  }
  return undefined;
}

/** The type any, and not a variable, a key or a function of that name. */
const ANY = /(?::|\bas|<|\||&|=>)\s*any\b(?!\s*[(.:])|[=,]\s*any\s*(?:[>;|&[]|$)/;

function importViolations(path: string, target: string, sources: Sources): string[] {
  const [from, to] = [partOf(path), partOf(target)];
  if (!/\.(?:tsx?|css)$/.test(target)) return [`${path}: imports ${target} without its extension`];
  if (!target.endsWith('.css') && !sources.has(target))
    return [`${path}: imports ${target}, which does not exist`];
  const allowed = MAY_IMPORT[from];
  if (allowed === undefined) return [`${path}: ${from} is no part of the plan`];
  if (from === to) return [];
  if (!allowed.includes(to)) return [`${path}: ${from} must not import ${to} (${target})`];
  if (from.startsWith('viz/') && to === 'autograd' && !TRACE_FILES.includes(target)) {
    return [`${path}: the viewer knows only the trace, not ${target}`];
  }
  if (from !== 'cli' && to === 'viz/play' && !PLAY_FILES.includes(target)) {
    return [`${path}: the page must not hold the engine (${target})`];
  }
  return [];
}

/** `autograd` for src/autograd/…, `viz/app` for src/viz/app/…, `index` for src/index.ts. */
function partOf(path: string): string {
  const [, first = '', second = ''] = path.split('/');
  if (!path.startsWith('src/')) return path;
  if (first === 'viz') return `viz/${second}`;
  return first.replace(/\.tsx?$/, '');
}

/** What a file imports, re-exports or imports for its types. */
function importsOf(code: string): string[] {
  const patterns = [
    /\b(?:import|export)\b[^;'"`()]*?\bfrom\s*['"]([^'"]+)['"]/g,
    /\bimport\s*['"]([^'"]+)['"]/g,
    /\bimport\(\s*['"]([^'"]+)['"]/g,
  ];
  return patterns.flatMap(pattern => [...code.matchAll(pattern)].map(match => match[1] ?? ''));
}

const TOKEN =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\[\s\S])*`/g;

function withoutComments(text: string): string {
  return text.replace(TOKEN, token => (/^\/[/*]/.test(token) ? ' ' : token));
}

function withoutStrings(code: string): string {
  return code.replace(TOKEN, token => {
    // What stands in ${…} is code.
    if (token.startsWith('`'))
      return [...token.matchAll(/\$\{([^}]*)\}/g)].map(m => m[1]).join(' ');
    return "''";
  });
}

/** A way from a part back to itself, if there is one. */
function cycleIn(edges: ReadonlyMap<string, ReadonlySet<string>>): string[] | undefined {
  const done = new Set<string>();
  const follow = (part: string, path: string[]): string[] | undefined => {
    if (path.includes(part)) return [...path.slice(path.indexOf(part)), part];
    if (done.has(part)) return undefined;
    for (const next of edges.get(part) ?? []) {
      const cycle = follow(next, [...path, part]);
      if (cycle !== undefined) return cycle;
    }
    done.add(part);
    return undefined;
  };
  for (const part of edges.keys()) {
    const cycle = follow(part, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

function readSources(): Sources {
  const root = fileURLToPath(new URL('../', import.meta.url));
  const paths = readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' })
    .map(path => `src/${path.replaceAll('\\', '/')}`)
    .filter(path => /\.tsx?$/.test(path));
  return new Map(paths.map(path => [path, readFileSync(root + path, 'utf8')]));
}

it('the sources keep to the plan', () => {
  const sources = readSources();
  expect(sources.size).toBeGreaterThan(40);
  expect(violations(sources)).toEqual([]);
});

describe('the check finds', () => {
  const TRACE = ['src/autograd/trace.ts', '// The schema.\nexport interface Trace {}\n'] as const;
  const check = (...files: (readonly [string, string])[]): string[] =>
    violations(new Map([TRACE, ...files]));

  it('nothing in sources that keep to the plan', () => {
    expect(
      check(
        [
          'src/ndarray/shape.ts',
          '// Shapes.\nexport const size = (window: number[]): number => window.length;\n',
        ],
        [
          'src/ops/sin.ts',
          "// Sine.\nimport type { Trace } from '../autograd/trace.ts';\nexport type T = Trace;\n",
        ],
        ['src/index.ts', "// All of it.\nexport * from './ops/sin.ts';\n"],
        [
          'src/viz/model/model.ts',
          "// A model; see document.body.\nimport type { Trace } from '../../autograd/trace.ts';\n",
        ],
        [
          'src/viz/app/main.ts',
          "// The page.\nimport '../model/model.ts';\ndocument.title = 'any';\n",
        ],
        ['src/cli/main.ts', "// The command.\nexport const all = await import('../index.ts');\n"],
      ),
    ).toEqual([]);
  });

  it.each([
    [
      'an import against the direction',
      ['src/ndarray/a.ts', "// A.\nimport { T } from '../autograd/trace.ts';\n"],
      'src/ndarray/a.ts: ndarray must not import autograd (src/autograd/trace.ts)',
    ],
    [
      'an import for types only',
      ['src/ndarray/a.ts', "// A.\nimport type {\n  T,\n  U,\n} from '../autograd/trace.ts';\n"],
      'src/ndarray/a.ts: ndarray must not import autograd (src/autograd/trace.ts)',
    ],
    [
      'a re-export',
      ['src/ndarray/a.ts', "// A.\nexport * from '../autograd/trace.ts';\n"],
      'src/ndarray/a.ts: ndarray must not import autograd (src/autograd/trace.ts)',
    ],
    [
      'an import at run time',
      ['src/ndarray/a.ts', "// A.\nconst t = await import('../autograd/trace.ts');\n"],
      'src/ndarray/a.ts: ndarray must not import autograd (src/autograd/trace.ts)',
    ],
    [
      'an import for its effects',
      ['src/ndarray/a.ts', "// A.\nimport '../autograd/trace.ts';\n"],
      'src/ndarray/a.ts: ndarray must not import autograd (src/autograd/trace.ts)',
    ],
    [
      'a file that does not exist',
      ['src/ops/a.ts', "// A.\nimport '../autograd/nowhere.ts';\n"],
      'src/ops/a.ts: imports src/autograd/nowhere.ts, which does not exist',
    ],
    [
      'a part outside the plan',
      ['src/extra/a.ts', "// A.\nimport '../autograd/trace.ts';\n"],
      'src/extra/a.ts: extra is no part of the plan',
    ],
    [
      'the document outside the page',
      ['src/cli/a.ts', '// A.\nexport const title = document.title;\n'],
      'src/cli/a.ts: uses document, outside viz/app',
    ],
    [
      'the window outside the page',
      ['src/viz/model/a.ts', `// A.\nexport const w = () => \`\${window.innerWidth} px\`;\n`],
      'src/viz/model/a.ts: uses window, outside viz/app',
    ],
    [
      'a file that is too long',
      ['src/cli/a.ts', `// A.\n${'export {};\n'.repeat(500)}`],
      'src/cli/a.ts: 501 lines, more than 500',
    ],
    [
      'a file without a first comment',
      ['src/cli/a.ts', 'export {};\n'],
      'src/cli/a.ts: does not open with what it is for',
    ],
    [
      'any as a type',
      ['src/cli/a.ts', '// A.\nexport const a: any = 1;\n'],
      'src/cli/a.ts: uses any',
    ],
    [
      'any in a cast',
      ['src/cli/a.ts', '// A.\nexport const a = 1 as any;\n'],
      'src/cli/a.ts: uses any',
    ],
    [
      'any in a generic',
      ['src/cli/a.ts', '// A.\nexport type A = Map<string, any>;\n'],
      'src/cli/a.ts: uses any',
    ],
    [
      'any in an array',
      ['src/cli/a.ts', '// A.\nexport type A = any[];\n'],
      'src/cli/a.ts: uses any',
    ],
    [
      'a silenced type checker',
      ['src/cli/a.ts', '// A.\n// @ts-ignore\nexport {};\n'],
      'src/cli/a.ts: silences the type checker',
    ],
  ] as const)('%s', (_, file, message) => {
    expect(check(file)).toEqual([message]);
  });

  it('the viewer knowing more than the trace', () => {
    const engine = ['src/autograd/sweep.ts', '// The sweep.\nexport {};\n'] as const;
    const viewer = ['src/viz/model/a.ts', "// A.\nimport '../../autograd/sweep.ts';\n"] as const;
    expect(check(engine, viewer)).toEqual([
      'src/viz/model/a.ts: the viewer knows only the trace, not src/autograd/sweep.ts',
    ]);
  });

  it('the page holding the engine', () => {
    const run = ['src/viz/play/run.ts', '// Runs.\nexport {};\n'] as const;
    const presets = ['src/viz/play/presets.ts', '// Presets.\nexport {};\n'] as const;
    const page = [
      'src/viz/app/a.ts',
      "// A.\nimport '../play/presets.ts';\nconst run = await import('../play/run.ts');\n",
    ] as const;
    expect(check(run, presets, page)).toEqual([
      'src/viz/app/a.ts: the page must not hold the engine (src/viz/play/run.ts)',
    ]);
  });

  it('the engine knowing an op', () => {
    const op = ['src/ops/sin.ts', '// Sine.\nexport {};\n'] as const;
    const engine = ['src/autograd/a.ts', "// A.\nimport { sin } from '../ops/sin.ts';\n"] as const;
    expect(check(op, engine)).toEqual([
      'src/autograd/a.ts: autograd must not import ops (src/ops/sin.ts)',
    ]);
  });

  it('parts that import each other', () => {
    const found = check(
      ['src/nn/a.ts', "// A.\nimport '../optim/b.ts';\n"],
      ['src/optim/b.ts', "// B.\nimport '../nn/a.ts';\n"],
    );
    expect(found).toContain('these parts import each other: nn → optim → nn');
  });
});
