// What is laid over a finished scene: an edge that is pointed out for a moment, and derivatives that are kept secret. The
// scene itself is not built again for it.

import { lazily, type Scene, type SceneEdge, type SceneParts, sceneOf } from './scene.ts';

/** Other edges that are pointed out step back while one of them flashes. */
const BACK = 0.3;

/** The scene with one edge pointed out as strongly as can be. */
export function withFlash(scene: Scene, flashed: number | undefined): Scene {
  if (flashed === undefined || scene.frame.edges[flashed] === undefined) return scene;
  const loudEdges = new Set(scene.loudEdges).add(flashed);
  return withEdges({ ...withoutLists(scene), loudEdges }, edge => {
    if (edge.index === flashed) return { ...edge, emphasis: 1, dimmed: false };
    return edge.emphasis === undefined ? edge : { ...edge, emphasis: edge.emphasis * BACK };
  });
}

/** The scene with a question mark in place of each derivative that is a secret. */
export function withSecrets(scene: Scene, secret: ((edge: number) => boolean) | undefined): Scene {
  // In the forward pass there are only values on the edges.
  if (secret === undefined || scene.step < 0) return scene;
  return withEdges(withoutLists(scene), edge =>
    secret(edge.index) ? { ...edge, label: '∂ ?', quietLabel: '∂ ?', tone: undefined } : edge,
  );
}

/** Copies a scene by its parts: to copy its lists would make them. */
function withoutLists(scene: Scene): SceneParts {
  const { step, forward, frame, scale, acting, loudEdges, card, edge, tone, edgesOf } = scene;
  return { step, forward, frame, scale, acting, loudEdges, card, edge, tone, edgesOf };
}

function withEdges(parts: SceneParts, change: (edge: SceneEdge) => SceneEdge): Scene {
  const count = parts.frame.edges.length;
  const edge = lazily(count, index => change(parts.edge(index) as SceneEdge));
  return sceneOf({ ...parts, edge });
}
