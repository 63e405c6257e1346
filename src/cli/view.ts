// `seegrad view`: opens the viewer on a trace file.

import { readFileSync, statSync } from 'node:fs';
import { parseTrace } from '../index.ts';
import type { Arguments } from './arguments.ts';
import { harmless } from './caret.ts';
import { type Command, UsageError, VIEWER_OPTIONS } from './command.ts';
import { counted } from './numbers.ts';
import type { Terminal } from './terminal.ts';
import { showTrace } from './viewer.ts';

/** A larger file cannot be looked at in a browser anyway. */
const MOST_BYTES = 256 * 1024 * 1024;

/** The command. */
export const viewCommand: Command = {
  name: 'view',
  summary: 'open the viewer on a recorded trace',
  usage: 'FILE [OPTION …]',
  about: [
    'Opens the viewer on a trace: what record(() => …) returned, written as JSON, or what seegrad demo --once wrote. ' +
      'The file is checked first.',
  ],
  options: VIEWER_OPTIONS,
  examples: ['seegrad view seegrad-trace.json'],
  run: runView,
};

async function runView(given: Arguments, terminal: Terminal): Promise<number> {
  const [path, extra] = given.positional;
  if (path === undefined)
    throw new UsageError('view needs a trace file: seegrad view seegrad-trace.json');
  if (extra !== undefined) throw new UsageError('view takes one file');
  const traceText = readTraceFile(path);
  const trace = parseTrace(parseJson(traceText, path));
  const title = trace.title === undefined ? '' : `${harmless(trace.title)}: `;
  const nodes = trace.graphs.reduce((sum, graph) => sum + graph.nodes.length, 0);
  terminal.out(
    `  ${title}${counted(nodes, 'node')}, ${counted(trace.passes.length, 'pass', 'passes')}\n`,
  );
  return showTrace({ traceText }, given, terminal);
}

function readTraceFile(path: string): string {
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
