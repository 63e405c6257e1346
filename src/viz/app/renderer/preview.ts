// The first picture of the graph, painted before WebGL has started: that takes a good part of a second where there is no
// graphics card, and nobody needs to look at an empty page meanwhile.

import type { Scene } from '../../model/scene.ts';
import { LARGEST_FIT, PADDING } from './graph-view.ts';
import { paintScene } from './paint.ts';
import { readPalette } from './palette.ts';

/** So many lines take longer than WebGL takes to start. */
const MOST_EDGES = 2_500;

/** Paints scenes into a container, fitted as they will be. */
export class Preview {
  readonly #container: HTMLElement;
  readonly #canvas = document.createElement('canvas');

  constructor(container: HTMLElement) {
    this.#container = container;
    this.#canvas.setAttribute('aria-hidden', 'true');
    container.append(this.#canvas);
  }

  show(scene: Scene): void {
    const context = this.#canvas.getContext('2d');
    if (context === null) return;
    const { clientWidth: width, clientHeight: height } = this.#container;
    const density = window.devicePixelRatio || 1;
    // That clears it as well.
    this.#canvas.width = Math.round(width * density);
    this.#canvas.height = Math.round(height * density);
    this.#canvas.style.width = `${width}px`;
    this.#canvas.style.height = `${height}px`;
    const { width: w, height: h } = scene.frame;
    const fit = Math.min((width - 2 * PADDING) / w, (height - 2 * PADDING) / h, LARGEST_FIT);
    context.scale(density, density);
    paintScene(context, scene, {
      camera: { scale: Math.max(fit, 1e-4), x: width / 2, y: height / 2 },
      width,
      height,
      palette: readPalette(this.#container),
      hovered: undefined,
      forward: scene.forward,
      pulse: undefined,
      onlyActiveEdges: scene.frame.edges.length > MOST_EDGES,
    });
  }

  destroy(): void {
    this.#canvas.remove();
  }
}
