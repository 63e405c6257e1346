// Entry point of the page: show it, and fetch the trace.

import { effect } from '@preact/signals';
import { render } from 'preact';
import { followAddress } from './address.ts';
import { App } from './app.tsx';
import { beEmbedded, isEmbedded } from './element/embedding.ts';
import { embeddedTrace } from './embedded.ts';
import { lessonFromAddress } from './features/lessons/state.ts';
import { openFromAddress } from './features/playground/state.ts';
import { loadTrace, readTrace } from './load.ts';
import { type Loading, loading, trace } from './store.ts';

const root = document.getElementById('app');
if (root !== null) {
  // The trace is on its way while the page is built.
  const coming = isEmbedded || embeddedTrace !== undefined ? undefined : loadTrace('./trace.json');
  render(<App />, root);
  if (isEmbedded) beEmbedded();
  else begin(coming === undefined ? readTrace(embeddedTrace ?? '') : await coming);
}

function begin(found: Loading): void {
  // Lessons and the playground need no trace: they make their own.
  const lesson = lessonFromAddress(location.hash);
  const own = lesson || openFromAddress(location.hash);
  if (!own || found.status === 'ready') loading.value = found;
  // A lesson puts the view where its step wants it; the playground has read its own part of the address.
  let followed = false;
  effect(() => {
    if (trace.value === undefined || followed) return;
    followed = true;
    // Not inside this effect, which must not depend on all that an address speaks of.
    queueMicrotask(() => followAddress(lesson ? 'all' : ['play', 'numbers']));
  });
}
