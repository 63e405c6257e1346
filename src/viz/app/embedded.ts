// The trace that stands in the page itself, where the page is a file that was exported with it.

import { EMBEDDED } from '../model/export/html.ts';

/** The text of the trace; undefined on a page that gets its trace from a server. Such a page has no other files beside it. */
export const embeddedTrace: string | undefined =
  document.getElementById(EMBEDDED)?.textContent ?? undefined;
