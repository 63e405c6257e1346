// Paints the labels on edges: the local derivative in a pill, and below it what travels along an edge that is active.

import { LABEL_HEIGHT, QUIET_LABEL_HEIGHT } from '../../model/frame.ts';
import type { SceneEdge } from '../../model/scene.ts';
import { FONTS, roundedRectangle } from './brush.ts';
import { isLit, type PaintOptions } from './paint-options.ts';
import { hueOf } from './palette.ts';

/** The quiet labels come up only when there is room to read them. */
export const QUIET_LABELS = 0.6;
export const ANY_LABELS = 0.46;

/** Labels of the active edges on top, then those that are looked at, then the quiet ones. */
export function paintLabels(
  context: CanvasRenderingContext2D,
  edges: readonly SceneEdge[],
  options: PaintOptions,
): void {
  const { scale } = options.camera;
  if (scale < ANY_LABELS) return;
  const quiet: SceneEdge[] = [];
  const strong: SceneEdge[] = [];
  for (const edge of edges) {
    // What steps back behind a highlight says nothing.
    if (edge.label === '' || edge.dimmed) continue;
    if (edge.state === 'active' || isLit(edge, options)) strong.push(edge);
    else if (scale >= QUIET_LABELS && !edge.frame.label.crowded) quiet.push(edge);
  }
  for (const edge of quiet) paintPill(context, edge, false, options);
  for (const edge of strong) paintPill(context, edge, true, options);
}

function paintPill(
  context: CanvasRenderingContext2D,
  edge: SceneEdge,
  strong: boolean,
  { palette }: PaintOptions,
): void {
  const { x, y } = edge.frame.label;
  const active = edge.state === 'active';
  const twoLines = strong && edge.contribution !== '';
  const height = twoLines ? LABEL_HEIGHT - 2 : QUIET_LABEL_HEIGHT;
  context.font = FONTS.label;
  const label = twoLines ? edge.label : edge.quietLabel;
  const text = Math.max(
    context.measureText(label).width,
    twoLines ? context.measureText(edge.contribution).width : 0,
  );
  const width = text + 9;
  roundedRectangle(
    context,
    x - width / 2,
    y - height / 2,
    width,
    height,
    Math.min(7.5, height / 2),
  );
  context.fillStyle = palette.canvas;
  context.fill();
  context.lineWidth = strong ? 1.3 : 0.8;
  context.strokeStyle = active ? palette.accent : strong ? palette.soft : palette.line;
  context.stroke();
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillStyle = strong ? palette.ink : palette.muted;
  context.fillText(label, x, y - (twoLines ? 6.5 : 0) + 0.5);
  if (!twoLines) return;
  context.fillStyle = hueOf(palette, edge.contributionSign);
  context.fillText(edge.contribution, x, y + 7.5);
}
