// `seegrad view`: opens the viewer on a trace file.

import type { Arguments } from './arguments.ts';
import { harmless } from './caret.ts';
import { type Command, UsageError, VIEWER_OPTIONS } from './command.ts';
import { counted } from './numbers.ts';
import type { Terminal } from './terminal.ts';
import { readTraceFile } from './trace-file.ts';
import { showTrace } from './viewer.ts';

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
  const { trace, text: traceText } = readTraceFile(path);
  const title = trace.title === undefined ? '' : `${harmless(trace.title)}: `;
  const nodes = trace.graphs.reduce((sum, graph) => sum + graph.nodes.length, 0);
  terminal.out(
    `  ${title}${counted(nodes, 'node')}, ${counted(trace.passes.length, 'pass', 'passes')}\n`,
  );
  return showTrace({ traceText }, given, terminal);
}
