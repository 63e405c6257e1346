// Dragging the sheet of a narrow window at its head. While a finger holds it, it is as high as the finger wants; let go, it
// takes the nearest of its three sizes, or the one that it was thrown to. How high these are is for the style sheet to say.

import type { RefObject } from 'preact';
import { useRef } from 'preact/hooks';
import { type SheetSize, sheetSize } from '../sheet.ts';

/** A finger that goes no further has pressed a tab or a button. */
const STILL = 6;
/** A sheet that is thrown goes as far as its speed would take it in this time, but no further than a flick means. */
const THROW_MS = 150;
const FARTHEST_THROW = 120;
/** A finger that has rested for so long throws nothing. */
const RESTED_MS = 60;

interface Grip {
  readonly y: number;
  readonly height: number;
  /** Where the finger was last, when, and how fast the sheet grew then, in pixels in a millisecond. */
  lastY: number;
  lastAt: number;
  speed: number;
  moved: boolean;
}

interface Handlers {
  onPointerDown(event: PointerEvent): void;
  onPointerMove(event: PointerEvent & { currentTarget: HTMLElement }): void;
  onPointerUp(event: PointerEvent): void;
  onPointerCancel(event: PointerEvent): void;
  onClickCapture(event: MouseEvent): void;
}

/** What listens to the pointer on the head of a sheet. */
export function useDragging(sheet: RefObject<HTMLElement | null>): Handlers {
  const grip = useRef<Grip | undefined>(undefined);
  const dragged = useRef(false);
  const letGo = ({ timeStamp }: PointerEvent): void => {
    const element = sheet.current;
    const held = grip.current;
    grip.current = undefined;
    if (element === null || held?.moved !== true) return;
    const speed = timeStamp - held.lastAt > RESTED_MS ? 0 : held.speed;
    const thrown = Math.min(FARTHEST_THROW, Math.max(-FARTHEST_THROW, speed * THROW_MS));
    sheetSize.value = sizeNear(element, element.offsetHeight + thrown);
    // One frame later, when the size is known to the style sheet: the sheet goes on from where it is.
    requestAnimationFrame(() => {
      element.removeAttribute('data-held');
      element.style.height = '';
    });
  };
  return {
    onPointerDown: event => {
      dragged.current = false;
      if (event.button !== 0 || sheet.current === null) return;
      grip.current = {
        y: event.clientY,
        height: sheet.current.offsetHeight,
        lastY: event.clientY,
        lastAt: event.timeStamp,
        speed: 0,
        moved: false,
      };
    },
    onPointerMove: event => {
      const held = grip.current;
      const element = sheet.current;
      if (held === undefined || element === null) return;
      const up = held.y - event.clientY;
      if (!held.moved && Math.abs(up) < STILL) return;
      if (!held.moved) {
        held.moved = true;
        dragged.current = true;
        event.currentTarget.setPointerCapture(event.pointerId);
        element.setAttribute('data-held', '');
      }
      const passed = Math.max(1, event.timeStamp - held.lastAt);
      held.speed = (held.speed + (held.lastY - event.clientY) / passed) / 2;
      held.lastY = event.clientY;
      held.lastAt = event.timeStamp;
      const { least, most } = limits(element);
      element.style.height = `${Math.min(most, Math.max(least, held.height + up))}px`;
    },
    onPointerUp: letGo,
    onPointerCancel: letGo,
    onClickCapture: event => {
      // The finger came up over a tab that it did not mean.
      if (!dragged.current) return;
      dragged.current = false;
      event.preventDefault();
      event.stopPropagation();
    },
  };
}

/** The heights of a closed sheet and of the largest one. */
function limits(sheet: HTMLElement): { least: number; most: number } {
  const head = sheet.firstElementChild;
  return {
    least: head instanceof HTMLElement ? head.offsetHeight : 0,
    most: sheet.parentElement?.clientHeight ?? 0,
  };
}

function sizeNear(sheet: HTMLElement, height: number): SheetSize {
  const { least, most } = limits(sheet);
  const share = Number(getComputedStyle(sheet).getPropertyValue('--half'));
  const sizes: readonly [SheetSize, number][] = [
    ['closed', least],
    // Before the full size: on its side, a phone has both equally high.
    ['half', share * most],
    ['full', most],
  ];
  const away = ([, size]: readonly [SheetSize, number]) => Math.abs(height - size);
  return sizes.reduce((best, it) => (away(it) < away(best) ? it : best))[0];
}
