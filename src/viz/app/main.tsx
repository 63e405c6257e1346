// Entry point of the page: show it, and fetch the trace.

import { render } from 'preact';
import { App } from './app.tsx';
import { embeddedTrace } from './embedded.ts';
import { openFromAddress } from './features/playground/state.ts';
import { loadTrace, readTrace } from './load.ts';
import { loading } from './store.ts';

const root = document.getElementById('app');
if (root !== null) {
  render(<App />, root);
  const found =
    embeddedTrace === undefined ? await loadTrace('./trace.json') : readTrace(embeddedTrace);
  // The playground needs no trace: it makes its own.
  if (!openFromAddress(location.hash) || found.status === 'ready') loading.value = found;
}
