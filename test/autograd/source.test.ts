// Reading the user's line out of the stack traces of different engines.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { callSite, placeIn, shortName } from '../../src/autograd/source.ts';

const OWN = 'file:///lib/seegrad.js';
const cwd = process.cwd().replaceAll('\\', '/');

describe('placeIn', () => {
  const table: readonly [string, string, unknown][] = [
    [
      'Node, function',
      `    at main (file://${cwd}/a/b.ts:3:7)`,
      { file: 'a/b.ts', line: 3, column: 7 },
    ],
    [
      'Node, no function',
      `    at file://${cwd}/a/b.ts:3:7`,
      { file: 'a/b.ts', line: 3, column: 7 },
    ],
    ['Node, plain path', `    at ${cwd}/b.ts:3:7`, { file: 'b.ts', line: 3, column: 7 }],
    ['Node, async', `    at async main (${cwd}/b.ts:3:7)`, { file: 'b.ts', line: 3, column: 7 }],
    ['Node, async only', `    at async ${cwd}/b.ts:3:7`, { file: 'b.ts', line: 3, column: 7 }],
    [
      'Node, method',
      `    at new A.b [as c] (${cwd}/b.ts:3:7)`,
      { file: 'b.ts', line: 3, column: 7 },
    ],
    [
      'scoped package',
      `    at f (${cwd}/@me/p/b.js:1:2)`,
      { file: '@me/p/b.js', line: 1, column: 2 },
    ],
    ['escaped', `    at f (file://${cwd}/a%20b.ts:1:2)`, { file: 'a b.ts', line: 1, column: 2 }],
    [
      'Chrome',
      '    at f (http://localhost:80/js/app.js?v=1:4:5)',
      { file: 'js/app.js', line: 4, column: 5 },
    ],
    ['Firefox', 'f@http://localhost:80/js/app.js:4:5', { file: 'js/app.js', line: 4, column: 5 }],
    ['Safari', '@http://localhost/app.js:4:5', { file: '/app.js', line: 4, column: 5 }],
    ['Node itself', '    at node:internal/main:1:2', undefined],
    ['seegrad', `    at ${OWN}:1:2`, undefined],
    ['seegrad, function', `    at Value.sin (${OWN}:1:2)`, undefined],
    ['native', '    at Array.map (<anonymous>)', undefined],
    ['eval', '    at eval (eval at f (x.js:1:2), <anonymous>:3:4)', undefined],
    ['nothing', 'Error', undefined],
  ];

  it.each(table)('%s', (_engine, line, want) => {
    expect(placeIn(`Error\n    at sin (${OWN}:9:9)\n${line}\n`, OWN)).toEqual(want);
  });
});

describe('callSite', () => {
  it('is the line outside the library, also from a function without a name', () => {
    const places = [0].map(() => callSite()); // marked
    expect(places[0]?.file).toBe('test/autograd/source.test.ts');
    const lines = readFileSync(new URL(import.meta.url), 'utf8').split('\n');
    expect(places[0]?.line).toBe(1 + lines.findIndex(line => line.endsWith('; // marked')));
  });

  it('leaves the depth of stack traces as it was', () => {
    const before = Error.stackTraceLimit;
    callSite();
    expect(Error.stackTraceLimit).toBe(before);
  });

  it('names nothing of this machine outside the working folder', () => {
    expect(shortName('file:///home/somebody/project/src/main.ts')).toBe('src/main.ts');
    expect(shortName('https://example.org/a/b/c.js?x#y')).toBe('b/c.js');
    expect(shortName('file:///a/%E0%A4%A.ts')).toBe('a/%E0%A4%A.ts');
  });
});
