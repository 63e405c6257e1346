// Splitting the arguments of a command into options and the rest, by what the command says it takes.

import { didYouMean } from '../formula/suggest.ts';
import { harmless } from './caret.ts';
import { type OptionSpec, UsageError } from './command.ts';

/** The arguments of one call. */
export class Arguments {
  /** What is no option, in order. */
  readonly positional: readonly string[];
  private readonly values: ReadonlyMap<string, string>;

  constructor(positional: readonly string[], values: ReadonlyMap<string, string>) {
    this.positional = positional;
    this.values = values;
  }

  /** Whether a switch was given. */
  has(option: string): boolean {
    return this.values.has(option);
  }

  /** The value of an option, if it was given. */
  text(option: string): string | undefined {
    return this.values.get(option);
  }

  /**
   * The value of an option as a whole number.
   *
   * @throws UsageError where it is none or out of bounds.
   */
  integer(option: string, least: number, most: number): number | undefined {
    const text = this.values.get(option);
    if (text === undefined) return undefined;
    const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (number >= least && number <= most) return number;
    const range = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`;
    throw new UsageError(`--${option} takes a whole number ${range}, got "${harmless(text)}"`);
  }
}

/**
 * Reads the arguments of a command. What begins with a single minus sign is no option (`-x^2` is an expression), and
 * after `--` nothing is.
 *
 * @throws UsageError for an unknown option, one given twice, or a value too many or too few.
 */
export function readArguments(args: readonly string[], options: readonly OptionSpec[]): Arguments {
  const known = new Map(options.map(option => [option.name, option]));
  const values = new Map<string, string>();
  const positional: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '--') {
      positional.push(...args.slice(i + 1));
      break;
    }
    if (!arg.startsWith('--')) {
      positional.push(arg);
      continue;
    }
    const equals = arg.indexOf('=');
    const name = arg.slice(2, equals < 0 ? undefined : equals);
    const option = known.get(name);
    if (option === undefined) throw unknownOption(name, known.keys());
    if (values.has(name)) throw new UsageError(`--${name} is given twice`);
    const attached = equals < 0 ? undefined : arg.slice(equals + 1);
    if (option.value === undefined) {
      if (attached !== undefined) throw new UsageError(`--${name} takes no value`);
      values.set(name, '');
      continue;
    }
    const value = attached ?? args[++i];
    if (value === undefined || value === '') {
      throw new UsageError(`--${name} needs a value: --${name} ${option.value}`);
    }
    values.set(name, value);
  }
  return new Arguments(positional, values);
}

function unknownOption(name: string, known: Iterable<string>): UsageError {
  const names = [...known];
  const hint = didYouMean(
    `--${name}`,
    names.map(other => `--${other}`),
  );
  const list =
    names.length === 0
      ? 'there are none'
      : `there are ${names.map(other => `--${other}`).join(', ')}`;
  return new UsageError(
    `there is no option --${harmless(name)}${hint === '' ? `; ${list}` : hint}`,
  );
}
