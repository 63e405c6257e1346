// The first picture of the graph, painted before WebGL has started: that takes a good part of a second where there is no
// graphics card, and nobody needs to look at an empty page meanwhile.

import type { Scene } from '../../model/scene.ts';
import { LARGEST_FIT, PADDING } from './graph-view.ts';
import { paintScene } from './paint.ts';
import { readPalette } from './palette.ts';

/** Paints a scene into a container, fitted as it will be; returns a function that takes it away. */
export function paintPreview(container: HTMLElement, scene: Scene): () => void {
  const canvas = document.createElement('canvas');
  const { clientWidth: width, clientHeight: height } = container;
  const density = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * density);
  canvas.height = Math.round(height * density);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  canvas.setAttribute('aria-hidden', 'true');
  container.append(canvas);
  const context = canvas.getContext('2d');
  if (context !== null) {
    const { width: w, height: h } = scene.frame;
    const fit = Math.min((width - 2 * PADDING) / w, (height - 2 * PADDING) / h, LARGEST_FIT);
    context.scale(density, density);
    paintScene(context, scene, {
      camera: { scale: Math.max(fit, 1e-4), x: width / 2, y: height / 2 },
      width,
      height,
      palette: readPalette(container),
      hovered: undefined,
      forward: scene.forward,
      pulse: undefined,
      // Thousands of lines take longer than WebGL.
      onlyActiveEdges: scene.frame.edges.length > MOST_EDGES,
    });
  }
  return () => canvas.remove();
}

const MOST_EDGES = 2_500;
