// The painted heat-map of a tensor: the colour of every cell tells the sign and the size of its element, in both themes, and the
// pointer and the arrow keys find every one.

import { signal } from '@preact/signals';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { HeatMap } from '../../src/viz/app/features/tensors/heat-map.tsx';
import { fixTheme } from '../../src/viz/app/theme.ts';
import { pictureOf, standardView } from '../../src/viz/model/picture.ts';
import { change, mount, tidyAfterEach } from './mount.tsx';

const SHAPE = [9, 7];
/** From −31 to 31: zero in the middle. */
const DATA = Array.from({ length: 63 }, (_, k) => k - 31);

tidyAfterEach();

function draw(data: readonly number[] = DATA) {
  const cursor = signal<number | undefined>(undefined);
  const picture = pictureOf(SHAPE, standardView(SHAPE));
  const Shown = () => (
    <HeatMap
      name="value"
      label="value"
      picture={picture}
      data={data}
      cursor={cursor.value}
      onPoint={element => {
        cursor.value = element;
      }}
    />
  );
  return { root: mount(<Shown />), cursor };
}

/** The colour in a corner of every cell, where no dash is. */
async function colours(root: HTMLElement): Promise<[number, number, number][]> {
  await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  const canvas = root.querySelector('canvas') as HTMLCanvasElement;
  const size = canvas.width / 7;
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  return DATA.map((_, k) => {
    const [x, y] = [(k % 7) * size, Math.floor(k / 7) * size];
    const [r = 0, g = 0, b = 0] = context.getImageData(x + 2, y + 2, 1, 1).data;
    return [r, g, b];
  });
}

describe.each(['light', 'dark'] as const)('in the %s theme', theme => {
  it('is orange below zero, blue above, and stronger the larger the element', async () => {
    change(() => {
      fixTheme(theme);
      document.documentElement.setAttribute('data-theme', theme);
    });
    const { root } = draw();
    const seen = await colours(root);
    const [nr, ng, nb] = seen[31] as [number, number, number];
    const away = seen.map(([r, g, b]) => Math.hypot(r - nr, g - ng, b - nb));
    for (let k = 0; k < 31; k++) {
      expect(away[k]).toBeGreaterThanOrEqual(away[k + 1] as number);
      expect(away[62 - k]).toBeGreaterThanOrEqual(away[61 - k] as number);
    }
    for (const [k, [r, , b]] of seen.entries()) {
      if (k < 25) expect(r - nr).toBeGreaterThan(b - nb);
      if (k > 37) expect(b - nb).toBeGreaterThan(r - nr);
    }
    document.documentElement.removeAttribute('data-theme');
  });
});

it('gives elements that are no number neither colour', async () => {
  const { root } = draw(DATA.map((x, k) => (k === 5 ? Number.NaN : k === 60 ? Infinity : x)));
  const plain = await colours(root);
  // The largest finite element sets the scale: its colour is as strong as before.
  const reference = await colours(draw().root);
  expect(plain[0]).toEqual(reference[0]);
  expect(plain[5]).not.toEqual(reference[5]);
  expect(plain[60]).not.toEqual(reference[60]);
});

it('finds the element under the pointer', async () => {
  const { root, cursor } = draw();
  const canvas = root.querySelector('canvas') as HTMLCanvasElement;
  const cell = canvas.getBoundingClientRect().width / 7;
  for (const k of DATA.keys()) {
    const position = { x: ((k % 7) + 0.5) * cell, y: (Math.floor(k / 7) + 0.5) * cell };
    await page.elementLocator(canvas).hover({ position });
    expect(cursor.value).toBe(k);
  }
});

it('is walked through by the arrow keys', async () => {
  const { root, cursor } = draw();
  change(() => root.querySelector<HTMLElement>('.heat-body')?.focus());
  expect(cursor.value).toBe(0);
  for (const [key, place] of [
    ['ArrowRight', 1],
    ['ArrowDown', 8],
    ['ArrowDown', 15],
    ['ArrowLeft', 14],
    ['ArrowUp', 7],
  ] as const) {
    await userEvent.keyboard(`{${key}}`);
    expect(cursor.value).toBe(place);
  }
  await userEvent.keyboard('{Escape}');
  expect(cursor.value).toBeUndefined();
});
