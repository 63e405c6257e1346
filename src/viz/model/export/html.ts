// One HTML file that shows a trace without a server: the viewer as the build has prepared it (`standalone.html`), with the
// trace as a block of data in it. The scripts of that page are allowed by their hashes; the data are no script.

import type { Trace } from '../../../autograd/trace.ts';

/** Where the trace goes; `scripts/standalone-page.mjs` writes it. */
const PLACE = '<template id="seegrad-trace-place"></template>';

/** The id of the block of data, by which the page finds its trace. */
export const EMBEDDED = 'seegrad-trace';

/** Puts a trace into the page. @throws Error where this is not the page that the build has prepared. */
export function htmlFile(standalone: string, trace: Trace): string {
  const at = standalone.indexOf(PLACE);
  if (at < 0) throw new Error('this is not the standalone viewer: it has no place for a trace');
  // Without a < nothing in it can end the element or open a comment.
  const data = JSON.stringify(trace).replaceAll('<', '\\u003c');
  const block = `<script type="application/json" id="${EMBEDDED}">${data}</script>`;
  return standalone.slice(0, at) + block + standalone.slice(at + PLACE.length);
}
