// What fingers and mice do on a picture, in a few words: drag, zoom, click, hover. Places are in pixels from its corner.

import { reducedMotion } from '../theme.ts';

export interface PointerEvents {
  /** A pointer goes down, whatever comes of it. */
  press?(): void;
  drag(dx: number, dy: number): void;
  /** Larger by a factor, around a point that stays where it is. */
  zoom(factor: number, x: number, y: number): void;
  /** `slop` is how far beside its aim a finger may be. */
  click(x: number, y: number, slop: number): void;
  /** Comes after the click of the first tap, or after both clicks of a mouse. The picture may have moved since the first. */
  doubleClick(x: number, y: number): void;
  /** `undefined` when the pointer has left. */
  hover?(point: Point | undefined): void;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** A pointer that has moved no further than this between down and up has clicked. */
const STILL = 4;
/** The same of a finger, which is softer; it may also miss what it aims at by as much. */
export const STILL_FINGER = 10;
/** Two taps within this time and this distance are a double tap. */
export const DOUBLE_TAP_MS = 320;
const DOUBLE_TAP_REACH = 32;
/** How much nearer a double click beside all cards goes: as much as sigma does for a mouse. */
export const DOUBLE_CLICK_ZOOM = 2.2;
const WHEEL_SPEED = 0.0016;
const LINE_HEIGHT = 16;
/** A finger that has rested for so long before it goes up lets go of the picture where it is. */
const RESTED_MS = 60;
/** How long a picture glides on after a finger has let go of it: in this time its speed falls to a third. */
const GLIDE_MS = 160;
/** Pixels in a millisecond; what is slower stands still. */
const SLOWEST = 0.03;

/** Listens on an element, to fingers only where sigma looks after the mouse; returns a function that stops listening. */
export function followPointers(
  element: HTMLElement | SVGSVGElement,
  events: PointerEvents,
  which: 'all' | 'fingers' = 'all',
): () => void {
  const down = new Map<number, Point>();
  /** How far the pointers have come since the first of them went down; two fingers never click. */
  let way = 0;
  /** How fast the finger goes, in pixels in a millisecond, and since when. */
  let speed = { x: 0, y: 0, at: 0 };
  let tapped: (Point & { at: number }) | undefined;
  let gliding: number | undefined;

  const placeOf = ({ clientX, clientY }: MouseEvent): Point => {
    const { left, top } = element.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  };
  const stopGliding = (): void => {
    if (gliding !== undefined) cancelAnimationFrame(gliding);
    gliding = undefined;
  };
  const glide = (): void => {
    let { x, y } = speed;
    let at = performance.now();
    const tick = (now: number): void => {
      const passed = Math.max(0, now - at);
      at = now;
      events.drag(x * passed, y * passed);
      const slower = Math.exp(-passed / GLIDE_MS);
      [x, y] = [x * slower, y * slower];
      gliding = Math.hypot(x, y) > SLOWEST ? requestAnimationFrame(tick) : undefined;
    };
    gliding = requestAnimationFrame(tick);
  };

  const press = (event: PointerEvent): void => {
    if (event.button !== 0 || (which === 'fingers' && !isFinger(event))) return;
    stopGliding();
    events.press?.();
    way = down.size === 0 ? 0 : Number.POSITIVE_INFINITY;
    speed = { x: 0, y: 0, at: event.timeStamp };
    down.set(event.pointerId, placeOf(event));
    element.setPointerCapture(event.pointerId);
  };
  const move = (event: PointerEvent): void => {
    const point = placeOf(event);
    const before = down.get(event.pointerId);
    if (before === undefined) {
      if (!isFinger(event)) events.hover?.(point);
      return;
    }
    const [dx, dy] = [point.x - before.x, point.y - before.y];
    way += Math.hypot(dx, dy);
    const [other] = [...down].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
    down.set(event.pointerId, point);
    if (other !== undefined) {
      pinch(events, other, before, point);
      return;
    }
    if (way <= (isFinger(event) ? STILL_FINGER : STILL)) return;
    events.drag(dx, dy);
    const passed = Math.max(1, event.timeStamp - speed.at);
    // Half of what it was: a single event says little about the speed.
    speed = {
      x: (speed.x + dx / passed) / 2,
      y: (speed.y + dy / passed) / 2,
      at: event.timeStamp,
    };
  };
  const release = (event: PointerEvent): void => {
    const known = down.delete(event.pointerId);
    if (!known || down.size > 0 || event.type !== 'pointerup') return;
    const finger = isFinger(event);
    if (way > (finger ? STILL_FINGER : STILL)) {
      const rested = event.timeStamp - speed.at > RESTED_MS;
      if (finger && !rested && !reducedMotion()) glide();
      return;
    }
    const { x, y } = placeOf(event);
    const at = event.timeStamp;
    const again = tapped !== undefined && isAgain(tapped, { x, y }, at - tapped.at);
    tapped = finger && !again ? { x, y, at } : undefined;
    if (again) events.doubleClick(x, y);
    else events.click(x, y, finger ? STILL_FINGER : 0);
  };
  const twice = (event: MouseEvent): void => {
    const { x, y } = placeOf(event);
    events.doubleClick(x, y);
  };
  const leave = (): void => events.hover?.(undefined);
  const wheel = (event: WheelEvent): void => {
    event.preventDefault();
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_HEIGHT : 1;
    const { x, y } = placeOf(event);
    events.zoom(Math.exp(-event.deltaY * pixels * WHEEL_SPEED), x, y);
  };

  const stop = new AbortController();
  const { signal } = stop;
  element.addEventListener('pointerdown', press as EventListener, { signal });
  element.addEventListener('pointermove', move as EventListener, { signal });
  element.addEventListener('pointerup', release as EventListener, { signal });
  element.addEventListener('pointercancel', release as EventListener, { signal });
  // A finger must not be a mouse as well a moment later, nor a double tap a double click.
  element.addEventListener('touchstart', event => event.preventDefault(), {
    signal,
    passive: false,
  });
  if (which === 'all') {
    element.addEventListener('pointerleave', leave, { signal });
    element.addEventListener('dblclick', twice as EventListener, { signal });
    element.addEventListener('wheel', wheel as EventListener, { signal, passive: false });
  }
  return () => {
    stopGliding();
    stop.abort();
  };
}

/** Whether an event is that of a finger; a click says so as well. */
export function isFinger(event: Event): boolean {
  return event instanceof PointerEvent && event.pointerType === 'touch';
}

function isAgain(first: Point, second: Point, passed: number): boolean {
  const apart = Math.hypot(second.x - first.x, second.y - first.y);
  return passed < DOUBLE_TAP_MS && apart < DOUBLE_TAP_REACH;
}

/** One of two fingers has moved: zoom by how far apart they are now, and drag by how far their middle has come. */
function pinch(events: PointerEvents, other: Point, before: Point, after: Point): void {
  const apart = (point: Point) => Math.max(1, Math.hypot(point.x - other.x, point.y - other.y));
  events.drag((after.x - before.x) / 2, (after.y - before.y) / 2);
  const [x, y] = [(after.x + other.x) / 2, (after.y + other.y) / 2];
  events.zoom(apart(after) / apart(before), x, y);
}
