// From the first picture to the drawing that can be moved about. Starting WebGL holds the page up for a good part of a second
// where there is no graphics card, so it waits until somebody comes near the graph or the page has been quiet for a moment.

import { effect } from '@preact/signals';
import { revealedNode, scene, wantedView } from '../store.ts';
import type { Drawing, DrawingEvents } from './drawing.ts';
import { isFinger } from './pointers.ts';
import { Preview } from './preview.ts';

/** How long the first picture stands by itself while nobody comes near it. */
const QUIET_MS = 500;
/** Nobody waits longer than this for something to begin. */
const LONGEST_IDLE_MS = 500;
/** Not when a finger goes down: the tap that it begins must end where it began. */
const NEAR = ['pointerenter', 'wheel', 'click', 'pointercancel'] as const;

export interface Start {
  /** Asks something of the drawing, which starts now where it has not. */
  ask(question: (drawing: Drawing) => void): void;
  stop(): void;
}

/** Draws into a container. `connect` gets the drawing once it is there; `fail` is called where nothing can draw. */
export function startDrawing(
  container: HTMLElement,
  events: DrawingEvents,
  { connect, fail }: { connect: (drawing: Drawing) => void; fail: () => void },
): Start {
  const preview = new Preview(container, events);
  const asked: ((drawing: Drawing) => void)[] = [];
  let drawing: Drawing | undefined;
  let started = false;
  let gone = false;
  let timer: number | undefined;
  const start = (): void => {
    if (started || gone) return;
    started = true;
    load().then(
      found => {
        if (found === undefined) return;
        drawing = found;
        connect(found);
        for (const question of asked.splice(0)) question(found);
      },
      () => {
        if (!gone) fail();
      },
    );
  };
  const near = (event: Event): void => {
    if (event.type !== 'pointerenter' || !isFinger(event)) start();
  };
  /** Gives nothing where nobody waits for it any more. */
  const load = async (): Promise<Drawing | undefined> => {
    const { webGLView } = await import('./graph-view.ts');
    endPreview();
    const found = gone ? undefined : webGLView(container, events);
    if (gone || found !== undefined) return found;
    const { SvgView } = await import('./svg-view.ts');
    return gone ? undefined : new SvgView(container, events);
  };
  const stops = [
    effect(() => {
      if (scene.value !== undefined) preview.show(scene.value);
    }),
    effect(() => {
      // The first picture shows the whole graph and nothing else.
      const elsewhere = wantedView.value !== undefined || revealedNode.value !== undefined;
      if (elsewhere || (scene.value !== undefined && !preview.suits(scene.value))) soon(start);
    }),
  ];
  const endPreview = (): void => {
    for (const stop of stops.splice(0)) stop();
    for (const name of NEAR) container.removeEventListener(name, near);
    clearTimeout(timer);
    preview.destroy();
  };
  for (const name of NEAR) container.addEventListener(name, near, { passive: true });
  soon(() => {
    // What it takes is fetched by then.
    import('./graph-view.ts').catch(() => undefined);
    if (!started) timer = window.setTimeout(() => whenIdle(start), QUIET_MS);
  });
  return {
    ask: question => {
      start();
      if (drawing === undefined) asked.push(question);
      else question(drawing);
    },
    stop: () => {
      gone = true;
      endPreview();
      drawing?.destroy();
    },
  };
}

/** After the next picture of the page. */
function soon(then: () => void): void {
  requestAnimationFrame(() => setTimeout(then));
}

function whenIdle(then: () => void): void {
  if ('requestIdleCallback' in window) requestIdleCallback(then, { timeout: LONGEST_IDLE_MS });
  else setTimeout(then);
}
