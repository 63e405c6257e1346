// What draws the graph: the first picture, WebGL and SVG. In each of them every card is where it says it is, for a real pointer,
// and the picture follows the theme.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import {
  type Drawing,
  type DrawingEvents,
  fittingScale,
} from '../../src/viz/app/renderer/drawing.ts';
import { webGLView } from '../../src/viz/app/renderer/graph-view.ts';
import { Preview } from '../../src/viz/app/renderer/preview.ts';
import { SvgView } from '../../src/viz/app/renderer/svg-view.ts';
import { frame, scene } from '../../src/viz/app/store.ts';
import type { Scene } from '../../src/viz/model/scene.ts';
import { networkTrace, newRoot, showTrace, tidyAfterEach } from './mount.tsx';

const WIDTH = 900;
const HEIGHT = 600;

/** What all of them can do. */
interface Picture {
  show(scene: Scene): void;
  destroy(): void;
}

const open: Picture[] = [];

const DRAWINGS: Record<string, (root: HTMLElement, events: DrawingEvents) => Picture> = {
  'the first picture': (root, events) => new Preview(root, events),
  WebGL: (root, events) => webGLView(root, events) as Drawing,
  SVG: (root, events) => new SvgView(root, events),
};

function draw(make: (root: HTMLElement, events: DrawingEvents) => Picture) {
  const selected: (number | undefined)[] = [];
  const opened: number[] = [];
  const root = newRoot(`position: relative; width: ${WIDTH}px; height: ${HEIGHT}px`);
  root.dataset['testid'] = 'stage';
  const picture = make(root, {
    select: card => selected.push(card),
    hover: () => {},
    open: card => opened.push(card),
    resize: () => {},
    settle: () => {},
  });
  open.push(picture);
  picture.show(scene.value as Scene);
  return { root, selected, opened, picture };
}

/** Where the centre of a card is once the whole graph is fitted into the window. */
function centreOf(card: number): { x: number; y: number } {
  const all = frame.value;
  const box = all?.cards[card];
  if (all === undefined || box === undefined) throw new Error(`there is no card ${card}`);
  const scale = fittingScale(all, WIDTH, HEIGHT);
  return { x: WIDTH / 2 + scale * box.x, y: HEIGHT / 2 + scale * box.y };
}

tidyAfterEach();
beforeEach(() => showTrace(networkTrace()));

afterEach(() => {
  for (const picture of open.splice(0)) picture.destroy();
});

describe.each(Object.entries(DRAWINGS))('%s', (_, make) => {
  it('selects every card that is clicked in its middle', async () => {
    const { selected } = draw(make);
    const count = frame.value?.cards.length ?? 0;
    for (let card = 0; card < count; card++) {
      await page.getByTestId('stage').click({ position: centreOf(card) });
    }
    await expect.poll(() => selected.length).toBe(count);
    expect(selected).toEqual(Array.from({ length: count }, (_, card) => card));
  });

  it('opens a card by a double click, also right after a click on another', async () => {
    const { selected, opened } = draw(make);
    await page.getByTestId('stage').click({ position: centreOf(3) });
    await page.getByTestId('stage').dblClick({ position: centreOf(7) });
    await expect.poll(() => opened).toEqual([7]);
    expect(selected.slice(0, 2)).toEqual([3, 7]);
  });

  it('selects nothing where nothing is', async () => {
    const { selected } = draw(make);
    await page.getByTestId('stage').click({ position: { x: 3, y: 3 } });
    await expect.poll(() => selected).toEqual([undefined]);
  });

  it('leaves nothing behind', () => {
    const { root, picture } = draw(make);
    expect(root.childElementCount).toBeGreaterThan(0);
    picture.destroy();
    open.length = 0;
    expect(root.childElementCount).toBe(0);
  });
});
