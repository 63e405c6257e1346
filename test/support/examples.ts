// The examples in docstrings, README and guides: finds them and turns their comments into checks.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A fenced block of TypeScript. */
export interface Example {
  /** File and line of its first line of code. */
  place: string;
  code: string;
}

/** All examples of the project, in order. */
export function findExamples(root: string): Example[] {
  const inside = (folder: string, ending: RegExp): string[] =>
    existsSync(join(root, folder))
      ? readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
          .filter(name => ending.test(name))
          .map(name => `${folder}/${name.replaceAll('\\', '/')}`)
          .sort()
      : [];
  const sources = [...inside('src', /\.tsx?$/), 'README.md', ...inside('docs', /\.md$/)];
  return sources.flatMap(file => examplesIn(file, readFileSync(join(root, file), 'utf8')));
}

function examplesIn(file: string, text: string): Example[] {
  const found: Example[] = [];
  // In a docstring every line begins with a star.
  const star = file.endsWith('.md') ? /^/ : /^\s*\* ?/;
  let open: Example | undefined;
  text.split('\n').forEach((line, k) => {
    const bare = line.replace(star, '');
    if (/^```ts\s*$/.test(bare.trim())) open = { place: `${file}:${k + 2}`, code: '' };
    else if (open !== undefined && bare.trim() === '```') {
      found.push(open);
      open = undefined;
    } else if (open !== undefined) open.code += `${bare}\n`;
  });
  return found;
}

/** What a comment at the end of a line promises: a value as it prints, or an error. */
const PROMISE =
  /^(throws \w+|-?\d|'|"|\[|\{|true$|false$|null$|undefined$|NaN$|-?Infinity$|Value\()/;

/**
 * Turns every line `expression; // expected` into `check(() => (expression), 'expected')`, and `const x = …; // expected`
 * into the statement followed by a check of x.
 */
export function withChecks(code: string): string {
  return code
    .split('\n')
    .map(line => {
      const [, statement = '', comment = ''] = /^(\S.*?);\s*\/\/ (.*)$/.exec(line) ?? [];
      if (!PROMISE.test(comment)) return line;
      const expected = JSON.stringify(comment);
      const declared = /^(?:const|let) (\w+)\b/.exec(statement)?.[1];
      return declared === undefined
        ? `check(() => (${statement}), ${expected});`
        : `${statement}; check(() => ${declared}, ${expected});`;
    })
    .join('\n');
}
