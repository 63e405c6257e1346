// Puts parts of the viewer into the page that the tests themselves run in, on a trace that the engine records right here.

import { type ComponentChild, render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach } from 'vitest';
import type { TraceNumber } from '../../src/autograd/trace.ts';
import { record, type Trace } from '../../src/index.ts';
import { openTrace, selectCard } from '../../src/viz/app/store.ts';
import { fixTheme } from '../../src/viz/app/theme.ts';
import '../../src/viz/app/styles/app.css';
import { leaves, network } from '../support/tutorial-network.ts';

const roots: HTMLElement[] = [];

/** Called by each file of tests: they share the page, and leave nothing on it. */
export function tidyAfterEach(): void {
  afterEach(() => {
    for (const root of roots.splice(0)) {
      render(null, root);
      root.remove();
    }
    fixTheme(undefined);
  });
}

/** A place on the page that is gone after the test. */
export function newRoot(style = ''): HTMLElement {
  const root = document.createElement('div');
  root.id = 'app';
  root.style.cssText = style;
  document.body.append(root);
  roots.push(root);
  return root;
}

/** Renders into the page. */
export function mount(what: ComponentChild): HTMLElement {
  const root = newRoot();
  void act(() => render(what, root));
  return root;
}

/** Shows a trace from its beginning, with nothing selected. */
export function showTrace(trace: Trace): void {
  void act(() => {
    openTrace({ status: 'ready', trace });
    selectCard(undefined);
  });
}

/** One backward pass through the tutorial's network. */
export function networkTrace(): Trace {
  return record(() => network(leaves()).backward(), { title: 'in the page' }).trace;
}

/** Makes a change, and returns when the page shows it. */
export function change(what: () => void): void {
  void act(what);
}

/** A number as it stands in a trace. */
export function numberIn(
  numbers: readonly (TraceNumber | null)[] | undefined,
  index: number,
): number {
  const found = numbers?.[index];
  if (typeof found !== 'number') throw new Error(`${found} at ${index} is no number`);
  return found;
}
