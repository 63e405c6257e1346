// `seegrad demo`: runs a small program, prints what it finds, and opens the viewer on its backward pass.

import { writeFileSync } from 'node:fs';
import { didYouMean } from '../formula/suggest.ts';
import type { Arguments } from './arguments.ts';
import { harmless } from './caret.ts';
import { type Command, UsageError, VIEWER_OPTIONS } from './command.ts';
import { type Demo, demos } from './demos.ts';
import { styleOf, type Terminal } from './terminal.ts';
import { showTrace } from './viewer.ts';

const DEFAULT_FILE = 'seegrad-trace.json';

/** The command. */
export const demoCommand: Command = {
  name: 'demo',
  summary: 'run a demo and watch its backward pass',
  usage: '[NAME] [OPTION …]',
  about: [
    'Runs a demo, prints its gradients beside the derivation by hand, and opens the viewer on that very backward pass.',
    `The demos: ${demos.map(({ name, about }, k) => `${name}${k === 0 ? ' (the default)' : ''}, ${about}`).join('; ')}.`,
  ],
  options: [
    { name: 'once', about: 'print, write the trace to a file, and exit' },
    { name: 'out', value: 'FILE', about: `the file for the trace (${DEFAULT_FILE})` },
    ...VIEWER_OPTIONS,
  ],
  examples: ['seegrad demo', 'seegrad demo --once --out trace.json'],
  run: runDemo,
};

async function runDemo(given: Arguments, terminal: Terminal): Promise<number> {
  const [name = demos[0].name, extra] = given.positional;
  if (extra !== undefined) throw new UsageError('demo takes one name');
  if (given.has('out') && !given.has('once')) throw new UsageError('--out belongs to --once');
  const { title, lines, trace } = demoNamed(name).run(styleOf(terminal));
  terminal.out(`${['', `  ${styleOf(terminal).bold(title)}`, '', ...lines, ''].join('\n')}\n`);
  if (!given.has('once')) return showTrace({ trace }, given, terminal);
  const file = given.text('out') ?? DEFAULT_FILE;
  write(file, `${JSON.stringify(trace)}\n`);
  terminal.out(
    `  The trace is in ${harmless(file)}. To look at it:\n    seegrad view ${harmless(file)}\n`,
  );
  return 0;
}

function demoNamed(name: string): Demo {
  const found = demos.find(demo => demo.name === name);
  if (found !== undefined) return found;
  const names = demos.map(demo => demo.name);
  const hint =
    didYouMean(name, names) || `; there ${names.length === 1 ? 'is' : 'are'} ${names.join(', ')}`;
  throw new UsageError(`there is no demo "${harmless(name)}"${hint}`);
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    const { code = 'it failed' } = error as NodeJS.ErrnoException;
    const reasons = new Map([
      ['EACCES', 'it may not be written'],
      ['EROFS', 'it may not be written'],
      ['EISDIR', 'it is a folder'],
      ['ENOENT', 'its folder does not exist'],
      ['ENOSPC', 'the disk is full'],
    ]);
    throw new UsageError(`cannot write ${harmless(file)}: ${reasons.get(code) ?? code}`);
  }
}
