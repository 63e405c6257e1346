// What a command of `seegrad` is. The table of commands is the only place that lists them: help, the parsing of
// options and the suggestions for misspelt ones are all read off it.

import type { Arguments } from './arguments.ts';
import type { Terminal } from './terminal.ts';

/** An option, written `--name` or `--name VALUE`. */
export interface OptionSpec {
  readonly name: string;
  /** What stands for the value in the help; an option without one is a switch. */
  readonly value?: string;
  readonly about: string;
}

/** A command with all that its help says. */
export interface Command {
  readonly name: string;
  /** One line. */
  readonly summary: string;
  /** What follows the name, such as `EXPRESSION [NAME=VALUE …]`. */
  readonly usage: string;
  /** Paragraphs. */
  readonly about: readonly string[];
  readonly options: readonly OptionSpec[];
  readonly examples: readonly string[];
  /** Runs the command and returns the exit code. */
  run(given: Arguments, terminal: Terminal): number | Promise<number>;
}

/** Exit code for a command that was not understood. */
export const USAGE = 2;

/** Something that the user can put right. Shown as a sentence on the error stream, without a stack trace. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** Options of every command that opens the viewer. */
export const VIEWER_OPTIONS: readonly OptionSpec[] = [
  { name: 'port', value: 'N', about: 'serve the viewer on port N, or the next free one (4173)' },
  { name: 'no-open', about: 'do not open a browser' },
];
