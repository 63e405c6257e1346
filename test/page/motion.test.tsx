// Movement: after a step the contributions travel along their edges, and somebody who asked for less of it sees them stand.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cdp } from 'vitest/browser';
import type { Drawing, DrawingEvents } from '../../src/viz/app/renderer/drawing.ts';
import { webGLView } from '../../src/viz/app/renderer/graph-view.ts';
import { SvgView } from '../../src/viz/app/renderer/svg-view.ts';
import { goTo, scene } from '../../src/viz/app/store.ts';
import { reducedMotion } from '../../src/viz/app/theme.ts';
import type { Scene } from '../../src/viz/model/scene.ts';
import { change, networkTrace, newRoot, showTrace, tidyAfterEach } from './mount.tsx';

const EVENTS: DrawingEvents = {
  select: () => {},
  hover: () => {},
  open: () => {},
  resize: () => {},
  settle: () => {},
};

/** What makes a drawing, and what tells one picture of it from the next. */
const DRAWINGS: Record<
  string,
  { make: (root: HTMLElement) => Drawing; look: (root: HTMLElement) => string }
> = {
  WebGL: {
    make: root => webGLView(root, EVENTS) as Drawing,
    look: root => root.querySelector<HTMLCanvasElement>('canvas.sigma-scene')?.toDataURL() ?? '',
  },
  SVG: { make: root => new SvgView(root, EVENTS), look: root => root.innerHTML },
};

interface Session {
  send(method: string, parameters: unknown): Promise<unknown>;
}

async function prefer(motion: 'reduce' | 'no-preference'): Promise<void> {
  const features = [{ name: 'prefers-reduced-motion', value: motion }];
  await (cdp() as unknown as Session).send('Emulation.setEmulatedMedia', { features });
  await expect.poll(reducedMotion).toBe(motion === 'reduce');
}

const frame = (): Promise<number> => new Promise(requestAnimationFrame);

let drawing: Drawing | undefined;

tidyAfterEach();
beforeEach(() => showTrace(networkTrace()));
afterEach(async () => {
  drawing?.destroy();
  drawing = undefined;
  await prefer('no-preference');
});

describe.each(Object.entries(DRAWINGS))('%s', (_, { make, look }) => {
  /** How many different pictures there are in the half second after a step. */
  async function picturesAfterStep(): Promise<number> {
    const root = newRoot('position: relative; width: 900px; height: 600px');
    drawing = make(root);
    drawing.show(scene.value as Scene);
    for (let k = 0; k < 5; k++) await frame();
    change(() => goTo(1));
    drawing.show(scene.value as Scene);
    await frame();
    await frame();
    const seen = new Set<string>();
    const end = performance.now() + 500;
    while (performance.now() < end) {
      seen.add(look(root));
      await frame();
    }
    return seen.size;
  }

  it('moves for everybody else', async () => {
    await prefer('no-preference');
    expect(await picturesAfterStep()).toBeGreaterThan(2);
  });

  it('stands still for somebody who asked for it', async () => {
    await prefer('reduce');
    expect(await picturesAfterStep()).toBe(1);
  });
});
