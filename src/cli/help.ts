// The help texts, generated from the table of commands.

import type { Command, OptionSpec } from './command.ts';
import { left, type Style, wrap } from './terminal.ts';

/** The help of the whole program. */
export function overview(commands: readonly Command[], style: Style): string {
  const width = Math.max(...commands.map(command => command.name.length)) + 3;
  return lines(
    `${style.bold('seegrad')}: automatic differentiation whose backward pass can be seen`,
    '',
    style.bold('Usage'),
    '  seegrad COMMAND [OPTION …]',
    '',
    style.bold('Commands'),
    ...commands.map(({ name, summary }) => `  ${style.accent(left(name, width))}${summary}`),
    '',
    style.bold('Options'),
    `  ${left('--help', width)}show this, or the help of a command`,
    `  ${left('--version', width)}show the version`,
    '',
    style.bold('Examples'),
    ...commands.flatMap(command => command.examples.slice(0, 1).map(example => `  ${example}`)),
    '',
    'More about a command: seegrad help COMMAND',
  );
}

/** The help of one command. */
export function commandHelp(command: Command, style: Style): string {
  const { name, summary, usage, about, options, examples } = command;
  const parts = [
    `${style.bold(`seegrad ${name}`)}: ${summary}`,
    '',
    style.bold('Usage'),
    `  seegrad ${`${name} ${usage}`.trim()}`,
  ];
  for (const paragraph of about) parts.push('', ...wrap(paragraph));
  if (options.length > 0) parts.push('', style.bold('Options'), ...optionLines(options, style));
  if (examples.length > 0) {
    parts.push('', style.bold('Examples'), ...examples.map(example => `  ${example}`));
  }
  return lines(...parts);
}

function optionLines(options: readonly OptionSpec[], style: Style): string[] {
  const written = options.map(
    ({ name, value }) => `--${name}${value === undefined ? '' : ` ${value}`}`,
  );
  const width = Math.max(...written.map(option => option.length)) + 3;
  return options.flatMap(({ about }, k) => {
    const [first = '', ...rest] = wrap(about, width + 2);
    return [`  ${style.accent(left(written[k] ?? '', width))}${first.trimStart()}`, ...rest];
  });
}

function lines(...parts: readonly string[]): string {
  return `${parts.join('\n')}\n`;
}
