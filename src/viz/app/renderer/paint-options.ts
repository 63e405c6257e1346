// What painting depends on besides the scene: the camera, the size of the window, the colours, the pointer.

import type { SceneEdge } from '../../model/scene.ts';
import type { Palette } from './palette.ts';

/** Screen pixel = scale · scene pixel + offset. */
export interface Camera {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export interface PaintOptions {
  readonly camera: Camera;
  readonly width: number;
  readonly height: number;
  readonly palette: Palette;
  readonly hovered: number | undefined;
  /** The step belongs to the forward pass: what travels goes with the edges and not against them. */
  readonly forward: boolean;
  /** Progress of the contributions along the active edges, 0 to 1; undefined when nothing moves. */
  readonly pulse: number | undefined;
  /** Quiet edges are left to WebGL. */
  readonly onlyActiveEdges: boolean;
}

/** An edge that is looked at: it belongs to the ledger of the selected card or to the card under the pointer. */
export function isLit(edge: SceneEdge, { hovered }: PaintOptions): boolean {
  return (
    edge.selected ||
    (hovered !== undefined && (edge.frame.source === hovered || edge.frame.target === hovered))
  );
}
