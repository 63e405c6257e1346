// Reading a trace file that somebody names on the command line: whatever is wrong with it becomes a sentence.

import { readFileSync, statSync } from 'node:fs';
import { parseTrace, type Trace } from '../index.ts';
import { harmless } from './caret.ts';
import { UsageError } from './command.ts';

/** A larger file cannot be looked at in a browser anyway. */
const MOST_BYTES = 256 * 1024 * 1024;

/**
 * Reads and checks a trace.
 *
 * @throws UsageError, or TraceError where it is JSON but no trace.
 */
export function readTraceFile(path: string): { trace: Trace; text: string } {
  const text = readText(path);
  return { trace: parseTrace(parseJson(text, path)), text };
}

function readText(path: string): string {
  const name = harmless(path);
  try {
    const stat = statSync(path);
    if (!stat.isFile()) throw new UsageError(`${name} is not a file`);
    if (stat.size > MOST_BYTES) {
      const most = MOST_BYTES / 1024 / 1024;
      throw new UsageError(`${name} is larger than ${most} MiB, the most that can be viewed`);
    }
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new UsageError(`there is no file ${name}`);
    if (code === 'ELOOP') throw new UsageError(`${name} is a link that leads to itself`);
    if (code === 'EACCES' || code === 'EPERM') throw new UsageError(`${name} may not be read`);
    throw error;
  }
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(
      `${harmless(path)} is not JSON: ${harmless((error as Error).message).slice(0, 200)}`,
    );
  }
}
