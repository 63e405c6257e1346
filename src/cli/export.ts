// `seegrad export`: a trace as a file for people who have no seegrad: a page, a picture, a graph, events.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import type { Trace } from '../index.ts';
import { chromeTraceOf } from '../viz/model/export/chrome-trace.ts';
import { dotOf } from '../viz/model/export/dot.ts';
import { htmlFile } from '../viz/model/export/html.ts';
import { svgOf } from '../viz/model/export/svg.ts';
import { cardFlows, foldCards } from '../viz/model/folding.ts';
import { buildFrame } from '../viz/model/frame.ts';
import { buildModel } from '../viz/model/model.ts';
import { buildPlayback, type Playback } from '../viz/model/playback.ts';
import { buildScene } from '../viz/model/scene.ts';
import { viewerFolder } from '../viz/server/index.ts';
import type { Arguments } from './arguments.ts';
import { harmless } from './caret.ts';
import { type Command, type OptionSpec, UsageError } from './command.ts';
import type { Terminal } from './terminal.ts';
import { readTraceFile } from './trace-file.ts';

/** A format: how its file name ends, and how it is written. */
interface Format extends OptionSpec {
  readonly extension: string;
  write(trace: Trace, given: Arguments): string;
}

const formats: readonly Format[] = [
  {
    name: 'html',
    about: 'one HTML file that shows the trace without a server, from disk too',
    extension: '.html',
    write: trace => htmlFile(standaloneViewer(), trace),
  },
  {
    name: 'svg',
    about: 'the picture at a step',
    extension: '.svg',
    write: (trace, given) => {
      const playback = playbackOf(trace, given);
      const frame = buildFrame(playback.cards);
      const step = given.integer('step', 0, playback.steps.length) ?? playback.steps.length;
      return svgOf(buildScene(playback, frame, { step }), { theme: themeOf(given) });
    },
  },
  {
    name: 'dot',
    about: 'the graph for Graphviz, with scopes as clusters',
    extension: '.dot',
    write: (trace, given) => dotOf(playbackOf(trace, given)),
  },
  {
    name: 'chrome-trace',
    about: 'forward and backward pass as events, for Perfetto or chrome://tracing',
    extension: '.chrome-trace.json',
    write: (trace, given) => JSON.stringify(chromeTraceOf(playbackOf(trace, given))),
  },
  {
    name: 'json',
    about: 'the trace itself, checked and without what does not belong to it',
    extension: '.checked.json',
    write: trace => JSON.stringify(trace),
  },
];

/** The command. */
export const exportCommand: Command = {
  name: 'export',
  summary: 'write a trace as HTML, SVG, DOT or events',
  usage: 'FILE --FORMAT [OPTION …]',
  about: [
    'Writes a recorded trace as a file that others can open. The HTML file holds the viewer and the trace; it needs no ' +
      'server and no network, and suits bug reports and papers.',
    'A PNG needs a browser to draw it: open the trace with seegrad view and choose PNG in the menu "export".',
  ],
  options: [
    ...formats.map(({ name, about }) => ({ name, about })),
    {
      name: 'output',
      value: 'FILE',
      about: 'where to write; - for the terminal (beside the trace)',
    },
    { name: 'pass', value: 'N', about: 'which pass, from 0, for a picture or a graph (0)' },
    { name: 'step', value: 'N', about: 'the step of the backward pass in a picture (the last)' },
    { name: 'theme', value: 'NAME', about: 'light or dark, for a picture (light)' },
    { name: 'every-op', about: 'do not fold unnamed ops into the named ones that use them' },
  ],
  examples: [
    'seegrad export seegrad-trace.json --html',
    'seegrad export seegrad-trace.json --svg --step=3 --theme=dark',
    'seegrad export seegrad-trace.json --dot --output=- | dot -Tpdf -o graph.pdf',
  ],
  run: runExport,
};

function runExport(given: Arguments, terminal: Terminal): number {
  const [path, extra] = given.positional;
  if (path === undefined)
    throw new UsageError('export needs a trace file: seegrad export seegrad-trace.json --html');
  if (extra !== undefined) throw new UsageError('export takes one file');
  const format = formatOf(given);
  const { trace } = readTraceFile(path);
  const text = format.write(trace, given);
  const output = given.text('output') ?? beside(path, format.extension);
  if (output === '-') {
    terminal.out(text.endsWith('\n') ? text : `${text}\n`);
    return 0;
  }
  if (resolve(output) === resolve(path))
    throw new UsageError(`--output is the trace itself; choose another file`);
  write(output, text);
  terminal.out(`  ${harmless(output)}: ${size(Buffer.byteLength(text))}\n`);
  return 0;
}

function formatOf(given: Arguments): Format {
  const chosen = formats.filter(({ name }) => given.has(name));
  const [format] = chosen;
  const all = formats.map(({ name }) => `--${name}`).join(', ');
  if (format === undefined) throw new UsageError(`say which format to write: ${all}`);
  if (chosen.length > 1) throw new UsageError(`one format at a time: ${all}`);
  return format;
}

function playbackOf(trace: Trace, given: Arguments): Playback {
  if (trace.passes.length === 0) throw new UsageError('this trace holds no pass');
  const pass = trace.passes[given.integer('pass', 0, trace.passes.length - 1) ?? 0];
  if (pass === undefined) throw new UsageError('this trace holds no such pass');
  const cards = foldCards(buildModel(trace, pass.graph), { fold: !given.has('every-op') });
  return buildPlayback(cards, pass, cardFlows(cards, pass));
}

function themeOf(given: Arguments): 'light' | 'dark' {
  const theme = given.text('theme') ?? 'light';
  if (theme === 'light' || theme === 'dark') return theme;
  throw new UsageError(`--theme is light or dark, got "${harmless(theme)}"`);
}

function standaloneViewer(): string {
  const file = join(viewerFolder(), 'standalone.html');
  if (!existsSync(file)) throw new UsageError('the viewer is not built: run npm run build');
  return readFileSync(file, 'utf8');
}

/** The name of the trace with another extension, in the same folder. */
function beside(path: string, extension: string): string {
  return join(dirname(path), basename(path, extname(path)) + extension);
}

function write(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === 'ENOENT' ? 'there is no such folder' : code === 'EISDIR' ? 'it is a folder' : code;
    throw new UsageError(`${harmless(path)} cannot be written: ${why ?? 'unknown reason'}`);
  }
}

function size(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
