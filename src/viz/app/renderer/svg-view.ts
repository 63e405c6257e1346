// The graph on the page where the browser cannot draw with WebGL: the same picture as elements of an SVG, with a camera of
// its own.

import { pointAlong } from '../../model/curves.ts';
import { themeColours } from '../../model/export/theme.ts';
import type { Frame } from '../../model/frame.ts';
import type { Rectangle } from '../../model/in-view.ts';
import type { Scene } from '../../model/scene.ts';
import { reducedMotion, theme } from '../theme.ts';
import { cardNear } from './card-near.ts';
import {
  type Drawing,
  type DrawingEvents,
  fittingScale,
  type Middle,
  PULSE_MS,
  READABLE,
  type Stay,
} from './drawing.ts';
import type { Camera } from './paint-options.ts';
import { DOUBLE_CLICK_ZOOM, followPointers } from './pointers.ts';
import { Layer, svgElement } from './svg-elements.ts';
import { activeEdges, SvgPicture } from './svg-picture.ts';

const SMALLEST_SCALE = 1e-4;
const LARGEST_SCALE = 20;
const MOVE_MS = 220;
const REVEAL_MARGIN = 40;

export class SvgView implements Drawing {
  readonly #container: HTMLElement;
  readonly #events: DrawingEvents;
  readonly #svg = svgElement('svg');
  /** What the camera moves. */
  readonly #stage = svgElement('g');
  readonly #picture: SvgPicture;
  readonly #pulses = new Layer();
  readonly #observer: ResizeObserver;
  readonly #stopPointers: () => void;
  #camera: Camera = { scale: 1, x: 0, y: 0 };
  #scene: Scene | undefined;
  #frame: Frame | undefined;
  #hovered: number | undefined;
  /** What was clicked last: a double click means that, wherever the picture has gone in between. */
  #clicked: number | undefined;
  /** Whether the camera still shows what `fit` chose, so that a new size of the window may fit again. */
  #fitted = true;
  #drawing: number | undefined;
  #moving: number | undefined;
  #pulsing: number | undefined;
  #settling: number | undefined;

  constructor(container: HTMLElement, events: DrawingEvents) {
    this.#container = container;
    this.#events = events;
    this.#svg.setAttribute('class', 'svg-stage');
    // The list of cards beside it is what screen readers read.
    this.#svg.setAttribute('aria-hidden', 'true');
    this.#picture = new SvgPicture(this.#stage);
    this.#stage.append(this.#pulses.element);
    this.#svg.append(this.#stage);
    container.append(this.#svg);
    this.#stopPointers = followPointers(this.#svg, {
      drag: (dx, dy) => this.#moveBy(dx, dy),
      zoom: (factor, x, y) => this.#zoomAt(factor, x, y),
      click: (x, y, slop) => {
        this.#clicked = this.#cardAt(x, y, slop);
        this.#events.select(this.#clicked, slop > 0);
      },
      doubleClick: (x, y) => {
        if (this.#clicked !== undefined) this.#events.open(this.#clicked);
        else this.#zoomAt(DOUBLE_CLICK_ZOOM, x, y);
      },
      hover: point => this.#events.hover(point && this.#cardAt(point.x, point.y)),
    });
    this.#observer = new ResizeObserver(() => {
      if (this.#fitted) this.fit(false);
      this.#draw();
      this.#events.resize();
    });
    this.#observer.observe(container);
  }

  show(scene: Scene, stay?: Stay): void {
    const before = this.#scene;
    this.#scene = scene;
    if (scene.frame !== this.#frame) {
      const held = stay && this.#frame && this.screenPosition(stay.from);
      const { scale } = this.#camera;
      this.#frame = scene.frame;
      this.#hovered = undefined;
      this.fit(false);
      const card = scene.frame.cards[stay?.to ?? -1];
      if (card !== undefined && held !== undefined) {
        this.#put({ scale, x: held.x - card.x * scale, y: held.y - card.y * scale });
      }
    }
    this.#stopPulse();
    const moved =
      before !== undefined && before.frame === scene.frame && before.step !== scene.step;
    if (moved && !reducedMotion()) this.#startPulse();
    this.#draw();
  }

  setHovered(card: number | undefined): void {
    if (card === this.#hovered) return;
    this.#hovered = card;
    this.#container.style.cursor = card === undefined ? '' : 'pointer';
    this.#draw();
  }

  recolour(): void {
    this.#draw();
  }

  fit(animate = true): void {
    if (this.#frame === undefined) return;
    const { width, height } = this.#size();
    this.#moveTo(0, 0, fittingScale(this.#frame, width, height), animate);
    this.#fitted = true;
  }

  view(): Middle | undefined {
    return this.#fitted ? undefined : this.#middle();
  }

  scale(): number {
    return this.#camera.scale;
  }

  lookAt({ x, y, scale }: Middle): void {
    this.#moveTo(x, y, scale, false);
  }

  zoom(factor: number): void {
    const { x, y, scale } = this.#middle();
    this.#moveTo(x, y, scale * factor, true);
  }

  reveal(card: number): void {
    const frame = this.#frame?.cards[card];
    if (frame === undefined || this.#fitted) return;
    const { x, y } = this.screenPosition(card);
    const { width, height } = this.#size();
    const inside = (at: number, length: number) =>
      at > REVEAL_MARGIN && at < length - REVEAL_MARGIN;
    if (!inside(x, width) || !inside(y, height)) {
      this.#moveTo(frame.x, frame.y, this.#camera.scale, true);
    }
  }

  centre(card: number): void {
    const frame = this.#frame?.cards[card];
    if (frame === undefined) return;
    this.#moveTo(frame.x, frame.y, Math.max(this.#camera.scale, READABLE), true);
  }

  screenPosition(card: number): { x: number; y: number } {
    const frame = this.#frame?.cards[card];
    const { scale, x, y } = this.#camera;
    return { x: (frame?.x ?? 0) * scale + x, y: (frame?.y ?? 0) * scale + y };
  }

  destroy(): void {
    for (const frame of [this.#drawing, this.#moving, this.#pulsing]) {
      if (frame !== undefined) cancelAnimationFrame(frame);
    }
    clearTimeout(this.#settling);
    this.#observer.disconnect();
    this.#stopPointers();
    this.#svg.remove();
  }

  #size(): { width: number; height: number } {
    return {
      width: Math.max(1, this.#container.clientWidth),
      height: Math.max(1, this.#container.clientHeight),
    };
  }

  #middle(): Middle {
    const { width, height } = this.#size();
    const { scale, x, y } = this.#camera;
    return { x: (width / 2 - x) / scale, y: (height / 2 - y) / scale, scale };
  }

  #cardAt(x: number, y: number, slop = 0): number | undefined {
    return this.#frame && cardNear(this.#frame, this.#camera, { x, y }, slop);
  }

  #moveBy(dx: number, dy: number): void {
    const { scale, x, y } = this.#camera;
    this.#put({ scale, x: x + dx, y: y + dy });
  }

  /** Zooms around a point of the window. */
  #zoomAt(factor: number, x: number, y: number): void {
    const { scale: before, x: dx, y: dy } = this.#camera;
    const scale = bounded(before * factor);
    const by = scale / before;
    this.#put({ scale, x: x - (x - dx) * by, y: y - (y - dy) * by });
  }

  /** Moves the camera so that a point of the picture is in the middle of the window. */
  #moveTo(x: number, y: number, wanted: number, animate: boolean): void {
    const { width, height } = this.#size();
    const scale = bounded(wanted);
    const target = { scale, x: width / 2 - x * scale, y: height / 2 - y * scale };
    if (animate && !reducedMotion()) this.#glideTo(target);
    else this.#put(target);
  }

  #glideTo(target: Camera): void {
    const from = this.#camera;
    const start = performance.now();
    this.#put(from);
    const tick = (now: number) => {
      const t = Math.min(1, Math.max(0, (now - start) / MOVE_MS));
      const eased = 1 - (1 - t) ** 3;
      const between = (a: number, b: number) => a + (b - a) * eased;
      const next = {
        scale: between(from.scale, target.scale),
        x: between(from.x, target.x),
        y: between(from.y, target.y),
      };
      const fitted = this.#fitted;
      this.#put(t < 1 ? next : target);
      this.#fitted = fitted;
      this.#moving = t < 1 ? requestAnimationFrame(tick) : undefined;
    };
    this.#moving = requestAnimationFrame(tick);
  }

  #put(camera: Camera): void {
    if (this.#moving !== undefined) cancelAnimationFrame(this.#moving);
    this.#moving = undefined;
    this.#fitted = false;
    this.#camera = camera;
    const { scale, x, y } = camera;
    this.#stage.setAttribute('transform', `translate(${x} ${y}) scale(${scale})`);
    this.#draw();
  }

  /** Draws at the next frame, once however often it is asked for. */
  #draw(): void {
    this.#settle();
    this.#drawing ??= requestAnimationFrame(() => {
      this.#drawing = undefined;
      if (this.#scene === undefined) return;
      const colours = themeColours(theme.value);
      const options = { colours, scale: this.#camera.scale, hovered: this.#hovered };
      this.#picture.show(this.#scene, this.#window(), options);
    });
  }

  /** The part of the picture that is in the window. */
  #window(): Rectangle {
    const { width, height } = this.#size();
    const { scale, x, y } = this.#camera;
    return {
      left: -x / scale,
      top: -y / scale,
      right: (width - x) / scale,
      bottom: (height - y) / scale,
    };
  }

  /** Lets a dot run along each edge that hands something over. */
  #startPulse(): void {
    const start = performance.now();
    const tick = (now: number) => {
      const t = (now - start) / PULSE_MS;
      if (t >= 1 || this.#scene === undefined) {
        this.#stopPulse();
        return;
      }
      this.#showPulse(this.#scene, Math.max(0, t));
      this.#pulsing = requestAnimationFrame(tick);
    };
    this.#pulsing = requestAnimationFrame(tick);
  }

  #showPulse(scene: Scene, t: number): void {
    const eased = 1 - (1 - t) ** 3;
    const dots = activeEdges(scene).map(({ index, frame }) => {
      const { x, y } = pointAlong(frame.curve, scene.forward ? eased : 1 - eased);
      const fill = themeColours(theme.value).accent;
      const r = 4.5 / Math.min(1, this.#camera.scale);
      return [index, { tag: 'circle', attributes: { cx: x, cy: y, r, fill } }] as const;
    });
    this.#pulses.show(new Map(dots));
  }

  #stopPulse(): void {
    if (this.#pulsing !== undefined) cancelAnimationFrame(this.#pulsing);
    this.#pulsing = undefined;
    this.#pulses.show(new Map());
  }

  #settle(): void {
    clearTimeout(this.#settling);
    this.#settling = window.setTimeout(() => this.#events.settle(), 60);
  }
}

function bounded(scale: number): number {
  return Math.min(LARGEST_SCALE, Math.max(SMALLEST_SCALE, scale));
}
