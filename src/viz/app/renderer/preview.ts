// The first picture of the graph, painted before WebGL has started: that takes a good part of a second where there is no
// graphics card, and nobody needs to look at an empty page meanwhile.

import type { Frame } from '../../model/frame.ts';
import type { Scene } from '../../model/scene.ts';
import { cardNear } from './card-near.ts';
import { type DrawingEvents, fittingScale, MANY_EDGES } from './drawing.ts';
import { NAMED_CARDS, paintScene } from './paint.ts';
import type { Camera } from './paint-options.ts';
import { readPalette } from './palette.ts';
import { isFinger, STILL_FINGER } from './pointers.ts';

/** Paints scenes into a container, fitted as they will be; a click on a card already counts. */
export class Preview {
  readonly #container: HTMLElement;
  readonly #canvas = document.createElement('canvas');
  readonly #observer = new ResizeObserver(() => {
    const { clientWidth, clientHeight } = this.#container;
    const [width, height] = this.#size;
    const changed = width !== clientWidth || height !== clientHeight;
    if (changed && this.#scene !== undefined) this.show(this.#scene);
  });
  /** Of what it has painted. */
  #size: readonly [number, number] = [0, 0];
  #scene: Scene | undefined;

  constructor(container: HTMLElement, events: DrawingEvents) {
    this.#container = container;
    this.#canvas.setAttribute('aria-hidden', 'true');
    this.#canvas.addEventListener('click', event => {
      const finger = isFinger(event);
      events.select(this.#cardUnder(event, finger ? STILL_FINGER : 0), finger);
    });
    this.#canvas.addEventListener('dblclick', event => {
      const card = this.#cardUnder(event, 0);
      if (card !== undefined) events.open(card);
    });
    container.append(this.#canvas);
    this.#observer.observe(container);
  }

  /** Whether there is something to see of a scene before WebGL has started. */
  suits({ frame }: Scene): boolean {
    return frame.edges.length <= MANY_EDGES && this.#camera(frame).scale >= NAMED_CARDS;
  }

  show(scene: Scene): void {
    this.#scene = scene;
    const context = this.#canvas.getContext('2d');
    if (context === null) return;
    const { clientWidth: width, clientHeight: height } = this.#container;
    this.#size = [width, height];
    const density = window.devicePixelRatio || 1;
    // That clears it as well.
    this.#canvas.width = Math.round(width * density);
    this.#canvas.height = Math.round(height * density);
    this.#canvas.style.width = `${width}px`;
    this.#canvas.style.height = `${height}px`;
    context.scale(density, density);
    paintScene(context, scene, {
      camera: this.#camera(scene.frame),
      width,
      height,
      palette: readPalette(this.#container),
      hovered: undefined,
      forward: scene.forward,
      pulse: undefined,
      // Drawing more takes longer than WebGL takes to start.
      onlyActiveEdges: scene.frame.edges.length > MANY_EDGES,
    });
  }

  destroy(): void {
    this.#observer.disconnect();
    this.#canvas.remove();
  }

  #camera(frame: Frame): Camera {
    const { clientWidth: width, clientHeight: height } = this.#container;
    return { scale: fittingScale(frame, width, height), x: width / 2, y: height / 2 };
  }

  #cardUnder({ offsetX, offsetY }: MouseEvent, slop: number): number | undefined {
    const frame = this.#scene?.frame;
    if (frame === undefined) return undefined;
    return cardNear(frame, this.#camera(frame), { x: offsetX, y: offsetY }, slop);
  }
}
