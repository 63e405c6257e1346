// The other end of the element: the viewer's page inside its frame. It gets its trace from the page around it, and tells
// that page what is shown.

import { batch, effect } from '@preact/signals';
import { readAddress } from '../address.ts';
import { readTrace } from '../load.ts';
import {
  choosePass,
  earliest,
  goTo,
  loading,
  model,
  openTrace,
  passIndex,
  selectedNode,
  step,
  stepCount,
  trace,
} from '../store.ts';
import { fixTheme } from '../theme.ts';
import { type FromViewer, HELLO, type Place, PORT, type ToViewer } from './messages.ts';

/** Whether this page stands in an element of another page. */
export const isEmbedded: boolean =
  window.parent !== window && new URLSearchParams(location.search).has('embed');

/** Waits for the page around this one, and does what it says. */
export function beEmbedded(): void {
  const meet = ({ source, data, ports: [port] }: MessageEvent): void => {
    if (source !== window.parent || data !== PORT || port === undefined) return;
    window.removeEventListener('message', meet);
    port.onmessage = event => receive(event.data as ToViewer, port);
    report(port);
  };
  window.addEventListener('message', meet);
  // There is no secret in this, whoever is around.
  window.parent.postMessage(HELLO, '*');
}

function receive(message: ToViewer, port: MessagePort): void {
  if (message.type === 'theme') fixTheme(message.theme);
  else if (message.type === 'failed') {
    openTrace({ status: 'failed', message: message.message, detail: message.detail });
  } else if (message.type === 'place') goToPlace(message);
  else {
    const read = readTrace(message.text);
    // As one change, so that nobody hears of a place in between.
    batch(() => {
      openTrace(read);
      goToPlace(message);
    });
    if (read.status === 'ready') {
      send(port, { type: 'load', title: read.trace.title });
    } else if (read.status === 'failed') {
      send(port, { type: 'error', message: `${read.message}: ${read.detail}` });
    }
  }
}

function goToPlace({ view, pass, step: wanted }: Place): void {
  if (loading.value.status !== 'ready') return;
  if (view !== undefined) readAddress(view);
  const last = (trace.value?.passes.length ?? 1) - 1;
  if (pass !== undefined) choosePass(Math.min(last, Math.max(0, pass)));
  if (wanted !== undefined) {
    goTo(Math.min(stepCount.value, Math.max(earliest.value, wanted)));
  }
}

/** Tells what is shown, from now on whenever it changes. */
function report(port: MessagePort): void {
  effect(() => {
    if (trace.value === undefined) return;
    send(port, {
      type: 'step',
      pass: passIndex.value,
      passes: trace.value.passes.length,
      step: step.value,
      steps: stepCount.value,
    });
  });
  let told: number | undefined;
  effect(() => {
    const node = selectedNode.value;
    if (node === told) return;
    told = node;
    send(port, { type: 'select', node, name: model.value?.nodes[node ?? -1]?.name });
  });
}

function send(port: MessagePort, message: FromViewer): void {
  port.postMessage(message);
}
