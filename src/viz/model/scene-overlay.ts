// What is laid over a finished scene: an edge that is pointed out for a moment, and derivatives that are kept secret. The
// scene itself is not built again for it.

import type { Scene } from './scene.ts';

/** Other edges that are pointed out step back while one of them flashes. */
const BACK = 0.3;

/** The scene with one edge pointed out as strongly as can be. */
export function withFlash(scene: Scene, flashed: number | undefined): Scene {
  if (flashed === undefined || scene.edges[flashed] === undefined) return scene;
  const edges = scene.edges.map((edge, index) => {
    if (index === flashed) return { ...edge, emphasis: 1, dimmed: false };
    return edge.emphasis === undefined ? edge : { ...edge, emphasis: edge.emphasis * BACK };
  });
  return { ...scene, edges };
}

/** The scene with a question mark in place of each derivative that is a secret. */
export function withSecrets(scene: Scene, secret: ((edge: number) => boolean) | undefined): Scene {
  // In the forward pass there are only values on the edges.
  if (secret === undefined || scene.step < 0) return scene;
  const edges = scene.edges.map(edge =>
    secret(edge.index) ? { ...edge, label: '∂ ?', quietLabel: '∂ ?', tone: undefined } : edge,
  );
  return { ...scene, edges };
}
