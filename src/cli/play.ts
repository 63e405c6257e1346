// `seegrad play`: opens the playground, with a program of one's own or one of the presets.

import { readFileSync, statSync } from 'node:fs';
import { FormulaError } from '../formula/error.ts';
import { MAX_PROGRAM, ProgramError } from '../formula/program.ts';
import { didYouMean } from '../formula/suggest.ts';
import { encodeProgram } from '../viz/model/play-address.ts';
import { presetOf, presets } from '../viz/play/presets.ts';
import type { PlayResult } from '../viz/play/result.ts';
import { runProgram } from '../viz/play/run.ts';
import type { Arguments } from './arguments.ts';
import { harmless } from './caret.ts';
import { type Command, UsageError, VIEWER_OPTIONS } from './command.ts';
import { brief } from './numbers.ts';
import type { Terminal } from './terminal.ts';
import { showTrace } from './viewer.ts';

const FIRST = 'backpropagation';

/** The command. */
export const playCommand: Command = {
  name: 'play',
  summary: 'open the playground: edit a program, drag its leaves',
  usage: '[FILE or NAME] [OPTION …]',
  about: [
    'Opens the viewer with a small program beside the graph. The engine runs in the page: edit the program or drag a ' +
      'number, and values, gradients and the derivation follow.',
    'A program has one statement per line: x = 1.5 for a leaf, y = sin(x^2) for a result, all of the functions of ' +
      `seegrad, tensors such as [[1, 2], [3, 4]]. The programs that come with it: ${presets.map(({ id }) => id).join(', ')}.`,
  ],
  options: VIEWER_OPTIONS,
  examples: ['seegrad play', 'seegrad play chain', 'seegrad play my-program.txt'],
  run: runPlay,
};

async function runPlay(given: Arguments, terminal: Terminal): Promise<number> {
  const [name = FIRST, extra] = given.positional;
  if (extra !== undefined) throw new UsageError('play takes one file or name');
  const preset = presetOf(name);
  const program = preset?.program ?? readProgramFile(name);
  const { trace, root } = run(program);
  const pass = trace.passes.at(-1);
  const value = pass?.values[trace.graphs[pass.graph]?.root ?? -1];
  terminal.out(`  ${harmless(trace.title ?? '')}: ${harmless(root)} = ${brief(Number(value))}\n`);
  const code = preset === undefined ? encodeProgram(program) : `.${preset.id}`;
  return showTrace({ trace }, given, terminal, `#play=${code}`);
}

/** Runs the program here first, so that a mistake is told where it was made. */
function run(program: string): PlayResult {
  try {
    return runProgram(program);
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    const { line, column, at } = error;
    const text = program.split('\n')[line - 1] ?? '';
    const start = column - 1;
    const place = { start, end: Math.min(text.length, start + at.end - at.start) };
    throw new FormulaError(`line ${line}: ${error.message}`, text, place);
  }
}

function readProgramFile(path: string): string {
  const name = harmless(path);
  try {
    const stat = statSync(path);
    if (!stat.isFile()) throw new UsageError(`${name} is not a file`);
    // A character takes up to four bytes.
    if (stat.size > 4 * MAX_PROGRAM) {
      throw new UsageError(
        `${name} is too long for a program of at most ${MAX_PROGRAM} characters`,
      );
    }
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      const hint = didYouMean(
        path,
        presets.map(({ id }) => id),
      );
      throw new UsageError(`there is no file ${name}${hint}`);
    }
    if (code === 'EACCES' || code === 'EPERM') throw new UsageError(`${name} may not be read`);
    throw error;
  }
}
