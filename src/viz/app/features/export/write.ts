// Writes what the export menu offers and hands it to the browser as a download.

import { chromeTraceOf } from '../../../model/export/chrome-trace.ts';
import { dotOf } from '../../../model/export/dot.ts';
import { htmlFile } from '../../../model/export/html.ts';
import { svgOf } from '../../../model/export/svg.ts';
import { passIndex, scene, singlePlayback, step, trace } from '../../store.ts';
import { theme } from '../../theme.ts';

export type FormatName = 'png' | 'svg' | 'html' | 'json' | 'dot' | 'chrome-trace';

/** Pixels of the PNG for one of the picture, as long as browsers allow a canvas of that size. */
const PNG_SCALE = 2;
const MOST_PIXELS = 100_000_000;
const LONGEST_SIDE = 16_000;

/** Writes a format and saves it. Returns the name of the file. @throws Error that says what is missing. */
export async function download(format: FormatName): Promise<string> {
  const { blob, ending } = await write(format);
  const name = `${fileName(trace.value?.title ?? 'trace')}${ending}`;
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has begun by then; the browser keeps what it still needs.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
  return name;
}

async function write(format: FormatName): Promise<{ blob: Blob; ending: string }> {
  const current = needed(trace.value, 'there is no trace');
  const at = `-pass-${passIndex.value}-step-${step.value}`;
  const text = (type: string, content: string, ending: string) => ({
    blob: new Blob([content], { type }),
    ending,
  });
  switch (format) {
    case 'html': {
      const response = await fetch('./standalone.html');
      if (!response.ok) throw new Error(`standalone.html answered ${response.status}`);
      return text('text/html', htmlFile(await response.text(), current), '.html');
    }
    case 'json':
      return text('application/json', JSON.stringify(current), '.json');
    case 'dot':
      return text(
        'text/vnd.graphviz',
        dotOf(needed(singlePlayback.value, 'there is no pass')),
        '.dot',
      );
    case 'chrome-trace': {
      const events = chromeTraceOf(needed(singlePlayback.value, 'there is no pass'));
      return text('application/json', JSON.stringify(events), '.chrome-trace.json');
    }
    case 'svg':
      return text('image/svg+xml', picture(), `${at}.svg`);
    case 'png':
      return { blob: await toPng(picture()), ending: `${at}.png` };
  }
}

function picture(): string {
  return svgOf(needed(scene.value, 'there is no picture'), { theme: theme.value });
}

/** Lets the browser draw the SVG on a canvas, smaller than wanted where the graph is huge. */
async function toPng(svg: string): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const { naturalWidth: width, naturalHeight: height } = image;
    const scale = Math.min(
      PNG_SCALE,
      LONGEST_SIDE / Math.max(width, height),
      Math.sqrt(MOST_PIXELS / (width * height)),
    );
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.floor(width * scale));
    canvas.height = Math.max(1, Math.floor(height * scale));
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>(done => canvas.toBlob(done, 'image/png'));
    return needed(blob, 'the browser could not draw a picture of this size');
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** A title as a file name: letters and digits, the rest as hyphens. */
function fileName(title: string): string {
  const name = title
    .normalize('NFKC')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
  return name === '' ? 'trace' : name;
}

function needed<T>(value: T | null | undefined, otherwise: string): T {
  if (value === undefined || value === null) throw new Error(otherwise);
  return value;
}
