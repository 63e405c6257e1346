// Finding the line of the user's program that called an op, from a stack trace.

/** A place in a program; line and column start at 1. */
export interface SourcePlace {
  file: string;
  line: number;
  column: number;
}

/** `at f (file:1:2)`, `at file:1:2`: Node, Chrome. */
const V8_FRAME = /^\s*at (?:.*? \()?(?:async )?(.+?):(\d+):(\d+)\)?\s*$/;
/** `f@file:1:2`: Firefox, Safari. */
const OTHER_FRAME = /^(?:[^@]*@)?(.+?):(\d+):(\d+)\s*$/;

/** Everything seegrad itself consists of: the bundle, or the folder of sources. */
const own = ownFiles();

function ownFiles(): string {
  const here = import.meta.url;
  // From source this file is …/src/autograd/source.ts and seegrad is all of …/src/; bundled, it is the one file.
  const folder = /^(.*\/)autograd\/source\.[jt]s/.exec(here);
  return decode(folder?.[1] ?? here);
}

/** The innermost frame outside seegrad, or undefined where the engine gives no usable stack. */
export function callSite(): SourcePlace | undefined {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 24;
  const stack = new Error().stack ?? '';
  Error.stackTraceLimit = limit;
  return placeIn(stack, own);
}

/** The first place in a stack trace that is not in a file whose URL begins with `skip`, nor in Node itself. */
export function placeIn(stack: string, skip: string): SourcePlace | undefined {
  for (const line of stack.split('\n')) {
    const frame = V8_FRAME.exec(line) ?? OTHER_FRAME.exec(line);
    if (frame === null) continue;
    const [, file = '', row, column] = frame;
    const url = file.startsWith('/') ? `file://${file}` : file;
    if (decode(url).startsWith(skip) || file.startsWith('node:') || file.includes('<')) continue;
    return { file: shortName(url), line: Number(row), column: Number(column) };
  }
  return undefined;
}

/** A file name without what only this machine knows: relative to the working folder, or the path of a page's script. */
export function shortName(url: string): string {
  const bare = decode(url.replace(/[?#].*$/, ''));
  const path = bare.replace(/^[a-z][a-z+.-]*:\/\/[^/]*/i, '');
  const process: { cwd?: () => string } | undefined = (
    globalThis as { process?: { cwd?: () => string } }
  ).process;
  const folder =
    typeof process?.cwd === 'function' ? `${process.cwd().replaceAll('\\', '/')}/` : '/';
  if (path.startsWith(folder)) return path.slice(folder.length);
  const short = path.split('/').slice(-2).join('/');
  return short === '' ? bare : short;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
