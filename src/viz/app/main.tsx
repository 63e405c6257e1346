// Entry point of the page: show it, and fetch the trace.

import { render } from 'preact';
import { App } from './app.tsx';
import { embeddedTrace } from './embedded.ts';
import { lessonFromAddress } from './features/lessons/state.ts';
import { openFromAddress } from './features/playground/state.ts';
import { loadTrace, readTrace } from './load.ts';
import { loading } from './store.ts';

const root = document.getElementById('app');
if (root !== null) {
  render(<App />, root);
  const found =
    embeddedTrace === undefined ? await loadTrace('./trace.json') : readTrace(embeddedTrace);
  // Lessons and the playground need no trace: they make their own.
  const own = lessonFromAddress(location.hash) || openFromAddress(location.hash);
  if (!own || found.status === 'ready') loading.value = found;
}
