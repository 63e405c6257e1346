// The examples in the documentation run, type-check, and give what their comments say.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect, isDeepStrictEqual } from 'node:util';
import { transformSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import * as seegrad from '../src/index.ts';
import { findExamples, withChecks } from './support/examples.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const examples = findExamples(ROOT);

/** Everything public that is a value and whose name the example does not declare itself. */
function scope(code: string): Record<string, unknown> {
  const entries = Object.entries(seegrad).filter(
    ([name]) =>
      !new RegExp(`\\b(const|let|function|class)\\b[^=;]*\\b${name}\\b[^=;]*=`).test(code),
  );
  return Object.fromEntries(entries);
}

/** The code without its imports, which must name public things only. */
function withoutImports(code: string): string {
  return code.replace(
    /^import\s+\{([^}]*)\}\s+from\s+'([^']+)';?$/gm,
    (_, names: string, from: string) => {
      expect(from).toBe('seegrad');
      for (const name of names.split(',').map(part => part.trim())) {
        if (name !== '' && !name.startsWith('type ')) expect(seegrad).toHaveProperty(name);
      }
      return '';
    },
  );
}

/** Runs an example; its files land in a folder for temporary ones. */
async function run(code: string): Promise<number> {
  let checks = 0;
  const check = (compute: () => unknown, expected: string): void => {
    checks++;
    const [, error] = /^throws (\w+)/.exec(expected) ?? [];
    if (error !== undefined) {
      expect(compute).toThrow(expect.objectContaining({ name: error }));
      return;
    }
    const got = compute();
    if ([String(got), inspect(got), inspect(got, { breakLength: Infinity })].includes(expected))
      return;
    // A literal such as 'text' or [[6, 4], [4, 0]].
    const literal: unknown = Function(`return (${expected})`)();
    if (!isDeepStrictEqual(got, literal)) expect(inspect(got)).toBe(expected);
  };
  const { code: javascript } = transformSync(withChecks(withoutImports(code)), { loader: 'ts' });
  const names = scope(code);
  const folder = mkdtempSync(join(tmpdir(), 'seegrad-example-'));
  const save: typeof seegrad.save = (trace, file) => seegrad.save(trace, join(folder, file));
  if ('save' in names) names['save'] = save;
  try {
    await new AsyncFunction('check', ...Object.keys(names), `'use strict';\n${javascript}`)(
      check,
      ...Object.values(names),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
  return checks;
}

const AsyncFunction = (async () => {}).constructor as unknown as new (
  ...parts: string[]
) => (...args: unknown[]) => Promise<void>;

describe('examples', () => {
  it('exist', () => {
    expect(examples.length).toBeGreaterThan(15);
    expect(examples.some(({ place }) => place.startsWith('README.md'))).toBe(true);
  });

  it.each(examples)('$place', async ({ code }) => {
    const promised = withChecks(code).match(/check\(\(\) =>/g)?.length ?? 0;
    expect(await run(code)).toBe(promised);
  });

  it('are checked: a wrong comment fails', async () => {
    expect(await run('grad(x => x.mul(x))(3); // 6')).toBe(1);
    expect(
      await run(
        "const text = 'a'; // 'a'\n[1, [2]]; // [1, [2]]\nsin('x'); // throws ArgumentError …",
      ),
    ).toBe(3);
    await expect(run('grad(x => x.mul(x))(3); // 7')).rejects.toThrow();
    await expect(run("'a'; // 'b'")).rejects.toThrow();
    await expect(run('value(3); // throws ArgumentError')).rejects.toThrow();
    await expect(run("sin('x'); // throws TraceError")).rejects.toThrow();
  });

  it('type-check as programs that import the package', () => {
    const folder = mkdtempSync(join(tmpdir(), 'seegrad-docs-'));
    try {
      mkdirSync(join(folder, 'examples'));
      // One that is wrong on purpose shows that the compiler looks at them.
      const all = [...examples, { place: 'wrong', code: "value('3');" }];
      all.forEach(({ code }, k) => {
        const imported = code.includes("from 'seegrad'")
          ? code
          : `import { ${needed(code).join(', ')} } from 'seegrad';\n${code}`;
        writeFileSync(join(folder, 'examples', `e${k}.ts`), `${imported}\nexport {};\n`);
      });
      writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
      const config = {
        extends: join(ROOT, 'tsconfig.json'),
        compilerOptions: {
          noUnusedLocals: false,
          noUnusedParameters: false,
          paths: { seegrad: [join(ROOT, 'src/index.ts')] },
          typeRoots: [join(ROOT, 'node_modules/@types')],
        },
        include: ['examples'],
      };
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
      const errors = typeErrors(folder).map(line =>
        line.replace(/e(\d+)\.ts/, (_, k) => all[k]?.place ?? k),
      );
      expect(errors).toEqual([expect.stringMatching(/^wrong.*'string' is not assignable/)]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** The public names that an example uses without importing them. */
function needed(code: string): string[] {
  // Functions are called; a class may be named as a type.
  const used = (name: string): string => `(?<![.\\w])${name}${/^[A-Z]/.test(name) ? '\\b' : '\\('}`;
  return Object.keys(scope(code)).filter(name => new RegExp(used(name)).test(code));
}

function typeErrors(folder: string): string[] {
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
  try {
    execFileSync(process.execPath, [compiler, '--noEmit', '-p', folder], { encoding: 'utf8' });
    return [];
  } catch (error) {
    const lines = String((error as { stdout?: string }).stdout ?? error).split('\n');
    return lines
      .filter(line => /error TS/.test(line))
      .map(line => line.replace(/^.*examples[\\/]/, ''));
  }
}
