// What fingers and mice do on a picture, in a few words: drag, zoom, click, hover. Places are in pixels from its corner.

export interface PointerEvents {
  drag(dx: number, dy: number): void;
  /** Larger by a factor, around a point that stays where it is. */
  zoom(factor: number, x: number, y: number): void;
  click(x: number, y: number): void;
  /** Comes after two clicks. */
  doubleClick(x: number, y: number): void;
  /** `undefined` when the pointer has left. */
  hover(point: Point | undefined): void;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** A pointer that has moved no further than this between down and up has clicked. */
const STILL = 4;
const WHEEL_SPEED = 0.0016;
const LINE_HEIGHT = 16;

/** Listens on an element; returns a function that stops listening. */
export function followPointers(element: SVGSVGElement, events: PointerEvents): () => void {
  const down = new Map<number, Point>();
  /** How far the pointers have come since the first of them went down. */
  let way = 0;
  const placeOf = ({ clientX, clientY }: MouseEvent): Point => {
    const { left, top } = element.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  };
  const press = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    if (down.size === 0) way = 0;
    down.set(event.pointerId, placeOf(event));
    element.setPointerCapture(event.pointerId);
  };
  const move = (event: PointerEvent): void => {
    const point = placeOf(event);
    const before = down.get(event.pointerId);
    if (before === undefined) {
      if (event.pointerType !== 'touch') events.hover(point);
      return;
    }
    way += Math.hypot(point.x - before.x, point.y - before.y);
    const [other] = [...down].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
    down.set(event.pointerId, point);
    if (other === undefined) {
      if (way > STILL) events.drag(point.x - before.x, point.y - before.y);
    } else pinch(events, other, before, point);
  };
  const release = (event: PointerEvent): void => {
    const known = down.delete(event.pointerId);
    if (!known || down.size > 0 || way > STILL || event.type !== 'pointerup') return;
    const { x, y } = placeOf(event);
    events.click(x, y);
  };
  const twice = (event: MouseEvent): void => {
    const { x, y } = placeOf(event);
    events.doubleClick(x, y);
  };
  const leave = (): void => events.hover(undefined);
  const wheel = (event: WheelEvent): void => {
    event.preventDefault();
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_HEIGHT : 1;
    const { x, y } = placeOf(event);
    events.zoom(Math.exp(-event.deltaY * pixels * WHEEL_SPEED), x, y);
  };
  element.addEventListener('pointerdown', press);
  element.addEventListener('pointermove', move);
  element.addEventListener('pointerup', release);
  element.addEventListener('pointercancel', release);
  element.addEventListener('pointerleave', leave);
  element.addEventListener('dblclick', twice);
  element.addEventListener('wheel', wheel, { passive: false });
  return () => {
    element.removeEventListener('pointerdown', press);
    element.removeEventListener('pointermove', move);
    element.removeEventListener('pointerup', release);
    element.removeEventListener('pointercancel', release);
    element.removeEventListener('pointerleave', leave);
    element.removeEventListener('dblclick', twice);
    element.removeEventListener('wheel', wheel);
  };
}

/** One of two fingers has moved: zoom by how far apart they are now, and drag by how far their middle has come. */
function pinch(events: PointerEvents, other: Point, before: Point, after: Point): void {
  const apart = (point: Point) => Math.max(1, Math.hypot(point.x - other.x, point.y - other.y));
  events.drag((after.x - before.x) / 2, (after.y - before.y) / 2);
  const [x, y] = [(after.x + other.x) / 2, (after.y + other.y) / 2];
  events.zoom(apart(after) / apart(before), x, y);
}
