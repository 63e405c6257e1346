// Finds the command that was asked for, runs it, and turns what users can put right into plain sentences.

import { FormulaError } from '../formula/error.ts';
import { didYouMean } from '../formula/suggest.ts';
import { SeegradError } from '../index.ts';
import { readArguments } from './arguments.ts';
import { caretLines, harmless } from './caret.ts';
import { type Command, USAGE, UsageError } from './command.ts';
import { commands } from './commands.ts';
import { commandHelp, overview } from './help.ts';
import { styleOf, type Terminal, wrap } from './terminal.ts';
import { version } from './version.ts';

/** Runs `seegrad` with these arguments and returns the exit code: 0, or 2 for something the user can put right. */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await dispatch(args, terminal);
  } catch (error) {
    if (error instanceof FormulaError) {
      const [line, carets] = caretLines(error.text, error.at);
      terminal.error(`  ${line}\n  ${carets}\n${sentence(error.message)}`);
    } else if (error instanceof UsageError || error instanceof SeegradError) {
      terminal.error(sentence(error.message));
    } else throw error;
    return USAGE;
  }
}

async function dispatch(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name = '--help', ...rest] = args;
  if (name === '--version') return say(terminal, `seegrad ${version()}\n`);
  if (name === '--help' || name === '-h' || name === 'help') return help(rest, terminal);
  const command = commandNamed(name);
  const own = rest.indexOf('--');
  const options = own < 0 ? rest : rest.slice(0, own);
  if (options.includes('--help') || options.includes('-h')) return help([name], terminal);
  return command.run(readArguments(rest, command.options), terminal);
}

function help(names: readonly string[], terminal: Terminal): number {
  const [name, extra] = names;
  const style = styleOf(terminal);
  if (name === undefined) return say(terminal, overview(commands, style));
  if (extra !== undefined) throw new UsageError('help takes the name of one command');
  return say(terminal, commandHelp(commandNamed(name), style));
}

function commandNamed(name: string): Command {
  const found = commands.find(command => command.name === name);
  if (found !== undefined) return found;
  const names = [...commands.map(command => command.name), 'help'];
  const kind = name.startsWith('-') ? 'option' : 'command';
  const known = kind === 'option' ? ['--help', '--version'] : names;
  const hint = didYouMean(name, known) || `; there are ${known.join(', ')}`;
  throw new UsageError(`there is no ${kind} ${harmless(name)}${hint}`);
}

function say(terminal: Terminal, text: string): number {
  terminal.out(text);
  return 0;
}

/** An error message as a sentence, in lines that fit. */
function sentence(message: string): string {
  const ended = /[.?!…]$/.test(message) ? message : `${message}.`;
  return `${wrap(`seegrad: ${ended}`).join('\n')}\n`;
}
