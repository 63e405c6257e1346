// The picture at a step as a stand-alone SVG: what the canvas of the page shows, as shapes and texts. Every string of the
// trace becomes the text of an element and nothing else.

import type { Scene } from '../scene.ts';
import {
  cardShape,
  definitions,
  edgeShape,
  labelShape,
  rankOf,
  SANS,
  type Shape,
} from './shapes.ts';
import { type ThemeName, themeColours } from './theme.ts';

export interface SvgOptions {
  theme?: ThemeName;
  /** Free space around the picture. */
  margin?: number;
}

/** Pictures of more cards show their names only: no viewer of SVG copes with a million texts. */
const MOST_FULL_CARDS = 3_000;

/** Draws a scene. Its size in pixels is that of the graph. */
export function svgOf(scene: Scene, { theme = 'light', margin = 24 }: SvgOptions = {}): string {
  const colours = themeColours(theme);
  const width = Math.ceil(scene.frame.width + 2 * margin);
  const height = Math.ceil(scene.frame.height + 2 * margin);
  const full = scene.cards.length <= MOST_FULL_CARDS;
  // Names alone are written as large as cards allow.
  const look = { colours, full, scale: full ? 1 : 0.5 };
  const ranked = [...scene.edges].sort((a, b) => rankOf(a) - rankOf(b));
  const shapes = [
    ...ranked.map(edge => edgeShape(edge, scene.forward, { ...look, scale: 1 })),
    ...scene.cards.map(card => cardShape(card, look)),
    ...(full ? ranked.flatMap(edge => labelShape(edge, look) ?? []) : []),
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
      `viewBox="${-width / 2} ${-height / 2} ${width} ${height}" font-family="${SANS}">`,
    written(definitions(colours)),
    `<rect x="${-width / 2}" y="${-height / 2}" width="${width}" height="${height}" fill="${colours.canvas}"/>`,
    ...shapes.map(written),
    '</svg>',
    '',
  ].join('\n');
}

function written({ tag, attributes, text, parts = [] }: Shape): string {
  const names = Object.entries(attributes).map(
    ([name, value]) => ` ${name}="${escapeXml(String(value))}"`,
  );
  const inside = text === undefined ? parts.map(written).join('') : escapeXml(text);
  const start = `<${tag}${names.join('')}`;
  return inside === '' ? `${start}/>` : `${start}>${inside}</${tag}>`;
}

/** Text for XML 1.0: markup escaped, and what the standard allows in no document replaced. */
export function escapeXml(string: string): string {
  let escaped = '';
  for (const character of string) {
    const code = character.codePointAt(0) ?? 0;
    const control = code < 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d;
    // Half of a pair is no character.
    const half = code >= 0xd800 && code <= 0xdfff;
    if (control || half || code === 0xfffe || code === 0xffff) escaped += '\ufffd';
    else escaped += ENTITIES.get(character) ?? character;
  }
  return escaped;
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
]);
