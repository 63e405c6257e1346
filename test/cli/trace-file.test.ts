// Trace files that somebody names on the command line: whatever is wrong with one is said in a sentence.

import {
  closeSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { UsageError } from '../../src/cli/command.ts';
import { readTraceFile } from '../../src/cli/trace-file.ts';
import { record, TraceError, value } from '../../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'seegrad-file-'));
afterAll(() => rmSync(folder, { recursive: true }));

const { trace } = record(() => value(3, { name: 'x' }).square().backward());
const text = JSON.stringify(trace);

function written(data: string | Uint8Array): string {
  const path = join(folder, 'trace.json');
  writeFileSync(path, data);
  return path;
}

/** The trace with its text changed in one place. */
function changed(from: string, to: string): string {
  expect(text).toContain(from);
  return text.replace(from, to);
}

it('reads what was recorded, also through a link', () => {
  expect(readTraceFile(written(text)).trace).toEqual(trace);
  symlinkSync('trace.json', join(folder, 'link.json'));
  expect(readTraceFile(join(folder, 'link.json')).text).toBe(text);
});

it.each([
  ['cut short', text.slice(0, -20), UsageError, /trace\.json is not JSON: /],
  ['binary', Uint8Array.from({ length: 4096 }, (_, k) => (k * 89) % 256), UsageError, /not JSON/],
  ['zeros', new Uint8Array(4096), UsageError, /not JSON/],
  ['only a beginning', '{', UsageError, /not JSON/],
  ['another version', changed('"version":1', '"version":2'), TraceError, /version/],
  ['cyclic', changed('"inputs":[0]', '"inputs":[1]'), TraceError, /cycle/],
  ['a number without bounds', changed('"step":0', '"step":1e999'), TraceError, /step must be/],
  ['nodes that are not there', changed('"root":1', '"root":7'), TraceError, /root is 7, but/],
  [
    'a name without end',
    changed('"name":"x"', `"name":"${'x'.repeat(2000)}"`),
    TraceError,
    /2000 characters; at most 1000/,
  ],
  [
    'more than anybody recorded',
    changed('"scopes":[]', `"scopes":[${'"",'.repeat(100_000)}""]`),
    TraceError,
    /scopes has 100001 entries; at most 100000/,
  ],
])('refuses a file that is %s', (_, data, kind, message) => {
  const path = written(data);
  expect(() => readTraceFile(path)).toThrow(kind);
  expect(() => readTraceFile(path)).toThrow(message);
});

it('does not begin to read a file that is too large', () => {
  const path = join(folder, 'huge.json');
  const file = openSync(path, 'w');
  // A file of holes: it takes no room on the disk.
  ftruncateSync(file, 257 * 2 ** 20);
  closeSync(file);
  expect(() => readTraceFile(path)).toThrow(/huge\.json is larger than 256 MiB/);
});

it('says what a path is that is no file', () => {
  expect(() => readTraceFile(folder)).toThrow(/is not a file/);
  expect(() => readTraceFile(join(folder, 'no'))).toThrow(/there is no file/);
  expect(() => readTraceFile(join(written(text), 'below'))).toThrow(/there is no file/);
  symlinkSync('loop.json', join(folder, 'loop.json'));
  expect(() => readTraceFile(join(folder, 'loop.json'))).toThrow(UsageError);
});

it('lets no control characters through to the terminal', () => {
  const path = written('\u001b]0;title\u0007');
  expect(() => readTraceFile(path)).toThrow(/^\P{Cc}*$/u);
});
