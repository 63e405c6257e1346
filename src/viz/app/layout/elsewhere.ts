// Has a picture laid out by the worker. One picture at a time: a newer one takes the place of one that is not done.

import {
  type Layout,
  type LayoutInput,
  type LayoutOptions,
  layoutGraph,
} from '../../model/layout.ts';
import { embeddedTrace } from '../embedded.ts';
import { type LayoutRequest, type PackedLayout, unpackLayout } from './message.ts';

let worker: Worker | undefined;
let busy = false;
/** How many pictures have been asked for: only the last of them is laid out. */
let asked = 0;

/** Calls `then` with the layout, unless another one is asked for before it is done. */
export function layoutElsewhere(
  input: LayoutInput,
  options: LayoutOptions,
  then: (layout: Layout) => void,
): void {
  if (busy) end();
  busy = true;
  const mine = ++asked;
  let used: Worker;
  const here = (): void => {
    if (mine !== asked) return;
    end();
    then(layoutGraph(input, options));
  };
  try {
    // A page that stands in a single file has no worker beside it.
    if (embeddedTrace !== undefined) throw new Error('no worker');
    worker ??= new Worker(new URL('layout-worker.js', document.baseURI), { type: 'module' });
    used = worker;
  } catch {
    // After the page has had time to say that this takes a while.
    setTimeout(here);
    return;
  }
  used.onmessage = ({ data }: MessageEvent<PackedLayout>) => {
    busy = false;
    then(unpackLayout(data));
  };
  used.onerror = event => {
    event.preventDefault();
    here();
  };
  used.postMessage({ input, options } satisfies LayoutRequest);
}

function end(): void {
  worker?.terminate();
  worker = undefined;
  busy = false;
}
