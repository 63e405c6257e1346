// The first picture of the graph, painted before WebGL has started: that takes a good part of a second where there is no
// graphics card, and nobody needs to look at an empty page meanwhile.

import type { Scene } from '../../model/scene.ts';
import { fittingScale, MANY_EDGES } from './graph-view.ts';
import { paintScene } from './paint.ts';
import { readPalette } from './palette.ts';

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
    context.scale(density, density);
    paintScene(context, scene, {
      camera: { scale: fittingScale(scene.frame, width, height), x: width / 2, y: height / 2 },
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
    this.#canvas.remove();
  }
}
