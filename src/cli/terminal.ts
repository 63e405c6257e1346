// Where the command line writes to, and how text is laid out there: colours where they are wanted, lines of 80 columns.

/** Columns that everything is laid out for. */
export const COLUMNS = 80;

/** The outside of the program, so that tests and other programs can stand in for it. */
export interface Terminal {
  out(text: string): void;
  error(text: string): void;
  /** Whether `out` shows colours. */
  readonly color: boolean;
}

/** The terminal of this process. Colours only for a person: on a TTY and without NO_COLOR (no-color.org). */
export function processTerminal(): Terminal {
  const { NO_COLOR = '', TERM } = process.env;
  return {
    out: text => void process.stdout.write(text),
    error: text => void process.stderr.write(text),
    color: process.stdout.isTTY === true && NO_COLOR === '' && TERM !== 'dumb',
  };
}

/** Colours, or the bare text where there are none. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  accent(text: string): string;
}

/** The styles of a terminal. */
export function styleOf({ color }: Terminal): Style {
  const sgr =
    (start: number, end: number) =>
    (text: string): string =>
      color ? `\u001b[${start}m${text}\u001b[${end}m` : text;
  return { bold: sgr(1, 22), dim: sgr(2, 22), accent: sgr(36, 39) };
}

/** Breaks a text between words. All lines are indented by `indent`. */
export function wrap(text: string, indent = 0, width = COLUMNS): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && indent + line.length + 1 + word.length > width) {
      lines.push(' '.repeat(indent) + line);
      line = '';
    }
    line += line === '' ? word : ` ${word}`;
  }
  return [...lines, ' '.repeat(indent) + line];
}

/**
 * Breaks a formula before signs, so that every further line begins with one: outside of parentheses rather than
 * inside, before = + − rather than before other signs. Further lines are indented by four more.
 */
export function wrapFormula(formula: string, indent = 0, width = COLUMNS): string[] {
  const parts = formula.split(/\s+(?=[=+−·/≈] )/);
  const rank = breakRanks(parts);
  const lines: string[] = [];
  let from = 0;
  while (from < parts.length) {
    const room = width - indent - (from === 0 ? 0 : 4);
    let length = parts[from]?.length ?? 0;
    let to = from + 1;
    let best = 0;
    for (; to < parts.length && length + 1 + (parts[to]?.length ?? 0) <= room; to++) {
      // A break near the start would leave a short line.
      if (length > room / 3 && (best === 0 || at(rank, to) <= at(rank, best))) best = to;
      length += 1 + (parts[to]?.length ?? 0);
    }
    if (to < parts.length && best > 0 && at(rank, best) < at(rank, to)) to = best;
    lines.push(' '.repeat(width - room) + parts.slice(from, to).join(' '));
    from = to;
  }
  return lines;
}

/** How bad a break before each part is. */
function breakRanks(parts: readonly string[]): number[] {
  let depth = 0;
  return parts.map(part => {
    const rank = 2 * depth + (/^[=+−]/.test(part) ? 0 : 1);
    depth += part.split('(').length - part.split(')').length;
    return part.startsWith('=') ? -1 : rank;
  });
}

function at(list: readonly number[], k: number): number {
  return list[k] ?? 0;
}

/** Pads to a width on the right. */
export function left(text: string, width: number): string {
  return text.padEnd(width);
}

/** Pads to a width on the left. */
export function right(text: string, width: number): string {
  return text.padStart(width);
}

/** Shortens to a width with an ellipsis. */
export function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}
