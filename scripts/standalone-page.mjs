// The viewer in one HTML file: script and styles inline, allowed by their hashes and nothing else.

import { createHash } from 'node:crypto';

/** Where the export puts the trace; the same text stands in src/viz/model/export/html.ts. */
const PLACE = '<template id="seegrad-trace-place"></template>';

/** Puts the page together. */
export function standalonePage({ script, styles, licenses }) {
  for (const style of styles) refuse(style, '</style');
  refuse(script, '</script');
  refuse(script, '<!--');
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${styles.map(hashOf).join(' ')}`,
    'font-src data:',
    'img-src data: blob:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="generator" content="seegrad">',
    '<title>seegrad</title>',
    '<link rel="icon" href="data:,">',
    ...styles.map(style => `<style>${style}</style>`),
    '</head>',
    '<body>',
    '<div id="app"></div>',
    '<noscript>The viewer needs JavaScript. The trace itself stands in this file as JSON.</noscript>',
    PLACE,
    `<script type="module">${script}</script>`,
    // The licences of what is bundled travel with it.
    `<!--\n${licenses.replaceAll('--', '- -')}\n-->`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

/** Inline text must not be able to end its own element. */
function refuse(text, end) {
  if (text.toLowerCase().includes(end))
    throw new Error(`the viewer's script or style contains ${end}`);
}

function hashOf(text) {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
