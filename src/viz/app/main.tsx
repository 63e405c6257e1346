// Entry point of the page: show it, and fetch the trace.

import { render } from 'preact';
import { App } from './app.tsx';
import { loadTrace } from './load.ts';
import { loading } from './store.ts';

const root = document.getElementById('app');
if (root !== null) {
  render(<App />, root);
  loading.value = await loadTrace('./trace.json');
}
