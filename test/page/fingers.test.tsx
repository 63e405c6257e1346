// Fingers on both pictures that can be moved about. A debugger cannot lift one of two fingers; events made in the page can.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Drawing, DrawingEvents } from '../../src/viz/app/renderer/drawing.ts';
import { webGLView } from '../../src/viz/app/renderer/graph-view.ts';
import { SvgView } from '../../src/viz/app/renderer/svg-view.ts';
import { scene } from '../../src/viz/app/store.ts';
import type { Scene } from '../../src/viz/model/scene.ts';
import { networkTrace, newRoot, showTrace, tidyAfterEach } from './mount.tsx';

type Point = readonly [x: number, y: number];

const DRAWINGS: Record<string, (root: HTMLElement, events: DrawingEvents) => Drawing> = {
  WebGL: (root, events) => webGLView(root, events) as Drawing,
  SVG: (root, events) => new SvgView(root, events),
};

let drawing: Drawing | undefined;

tidyAfterEach();
beforeEach(() => {
  showTrace(networkTrace());
  // A pointer that no device has cannot be captured.
  vi.spyOn(Element.prototype, 'setPointerCapture').mockImplementation(() => {});
});
afterEach(() => {
  drawing?.destroy();
  drawing = undefined;
  vi.restoreAllMocks();
});

describe.each(Object.entries(DRAWINGS))('fingers on %s', (_, make) => {
  function open() {
    const selected: (number | undefined)[] = [];
    const root = newRoot('position: relative; width: 900px; height: 600px');
    const made = make(root, {
      select: card => selected.push(card),
      hover: () => {},
      open: () => {},
      resize: () => {},
      settle: () => {},
    });
    drawing = made;
    made.show(scene.value as Scene);
    const target = [...root.querySelectorAll('canvas, svg')].at(-1) as Element;
    const { left, top } = root.getBoundingClientRect();
    const finger = (id: number) => {
      const send = (type: string, [x, y]: Point): void => {
        target.dispatchEvent(
          new PointerEvent(type, {
            pointerId: 100 + id,
            pointerType: 'touch',
            clientX: left + x,
            clientY: top + y,
            bubbles: true,
            cancelable: true,
          }),
        );
      };
      return {
        press: (at: Point) => send('pointerdown', at),
        move: (to: Point) => send('pointermove', to),
        lift: (at: Point) => send('pointerup', at),
        cancel: (at: Point) => send('pointercancel', at),
      };
    };
    const at = (card: number): [number, number] => {
      const { x, y } = made.screenPosition(card);
      return [x, y];
    };
    return { selected, finger, at };
  }

  const moved = ([x, y]: Point, dx: number, dy: number): unknown => [
    expect.closeTo(x + dx, 3),
    expect.closeTo(y + dy, 3),
  ];
  const apart = ([ax, ay]: Point, [bx, by]: Point): number => Math.hypot(ax - bx, ay - by);

  it('move it with one of them', () => {
    const { selected, finger, at } = open();
    const before = at(0);
    const one = finger(1);
    one.press([400, 300]);
    one.move([430, 280]);
    one.move([440, 350]);
    expect(at(0)).toEqual(moved(before, 40, 50));
    expect(selected).toEqual([]);
  });

  it.each(['lifted', 'cancelled'])('pinch it, and go on moving it when one of two is %s', how => {
    for (const first of [true, false]) {
      const { selected, finger, at } = open();
      const before = apart(at(0), at(24));
      const [one, two] = [finger(1), finger(2)];
      one.press([300, 300]);
      two.press([500, 300]);
      two.move([600, 300]);
      one.move([200, 300]);
      // Twice as far apart, and the middle is where it was.
      expect(apart(at(0), at(24))).toBeCloseTo(2 * before, 3);
      const [gone, stays, x] = first ? [one, two, 600] : [two, one, 200];
      if (how === 'lifted') gone.lift([first ? 200 : 600, 300]);
      else gone.cancel([first ? 200 : 600, 300]);
      const pinched = at(7);
      stays.move([x + 15, 320]);
      stays.move([x - 30, 340]);
      expect(at(7)).toEqual(moved(pinched, -30, 40));
      expect(apart(at(0), at(24))).toBeCloseTo(2 * before, 3);
      stays.cancel([x - 30, 340]);
      expect(selected).toEqual([]);
      drawing?.destroy();
    }
  });

  it('can pinch again after one of them was lifted', () => {
    const { finger, at } = open();
    const before = apart(at(0), at(24));
    const [one, two, three] = [finger(1), finger(2), finger(3)];
    one.press([300, 300]);
    two.press([500, 300]);
    two.move([600, 300]);
    two.lift([600, 300]);
    three.press([400, 300]);
    three.move([350, 300]);
    expect(apart(at(0), at(24))).toBeCloseTo(0.75 * before, 3);
  });

  it('keep what is between them there', () => {
    const { finger, at } = open();
    const card = at(7);
    const [one, two] = [finger(1), finger(2)];
    one.press([card[0] - 50, card[1]]);
    two.press([card[0] + 50, card[1]]);
    for (let k = 1; k <= 10; k++) {
      one.move([card[0] - 50 - 5 * k, card[1]]);
      two.move([card[0] + 50 + 5 * k, card[1]]);
    }
    expect(at(7)).toEqual(moved(card, 0, 0));
  });

  it('select by a tap, with a little room beside a card, and by nothing that moved', async () => {
    const { selected, finger, at } = open();
    const [x, y] = at(3);
    const one = finger(1);
    one.press([x, y]);
    one.move([x + 4, y + 4]);
    one.lift([x + 4, y + 4]);
    expect(selected).toEqual([3]);
    one.press([x, y]);
    one.move([x + 40, y]);
    one.move([x, y]);
    one.cancel([x, y]);
    expect(selected).toEqual([3]);
  });
});
