// What of a scene is drawn as elements: the cards and edges in the window, in as much detail as the zoom allows. Far away
// all cards of a colour are one element, and so are all quiet edges.

import {
  cardShape,
  colourOf,
  definitions,
  edgeShape,
  type Look,
  labelShape,
  pathOf,
  rankOf,
  type Shape,
  short,
} from '../../model/export/shapes.ts';
import type { ThemeColours } from '../../model/export/theme.ts';
import { cardsInView, edgesInView, type Rectangle } from '../../model/in-view.ts';
import type { Scene, SceneEdge } from '../../model/scene.ts';
import { MANY_EDGES } from './drawing.ts';
import { FULL_CARDS, NAMED_CARDS } from './paint.ts';
import { ANY_LABELS, QUIET_LABELS } from './paint-labels.ts';
import { Layer } from './svg-elements.ts';

/** A card is never smaller than this on the screen, in pixels. */
const LEAST_PIXELS = 1.5;

type Shapes = Map<number, Shape>;

export class SvgPicture {
  /** From the lowest to the highest. */
  readonly #layers = {
    definitions: new Layer(),
    far: new Layer(),
    quiet: new Layer(),
    lit: new Layer(),
    active: new Layer(),
    cards: new Layer(),
    labels: new Layer(),
    strongLabels: new Layer(),
  };

  /** Draws into an element. */
  constructor(element: SVGElement) {
    element.append(...Object.values(this.#layers).map(layer => layer.element));
  }

  /** Draws what is in the window, which is given in pixels at zoom 1. */
  show(
    scene: Scene,
    view: Rectangle,
    options: { colours: ThemeColours; scale: number; hovered: number | undefined },
  ): void {
    const { colours, scale, hovered } = options;
    const look: Look = { ...options, full: scale >= FULL_CARDS };
    const far = scale < NAMED_CARDS;
    const edges = far ? loudOf(scene, hovered) : edgesInView(scene.frame, view);
    const ranked: Shapes[] = [new Map(), new Map(), new Map()];
    const labels: Shapes[] = [new Map(), new Map()];
    for (const index of edges) {
      const edge = scene.edge(index);
      if (edge === undefined) continue;
      const rank = rankOf(edge, hovered);
      ranked[rank]?.set(index, edgeShape(edge, scene.forward, look));
      if (scale < (rank === 0 ? QUIET_LABELS : ANY_LABELS)) continue;
      const label = labelShape(edge, look);
      if (label !== undefined) labels[Math.min(rank, 1)]?.set(index, label);
    }
    const cards: Shapes = new Map();
    for (const index of far ? [] : cardsInView(scene.frame, view)) {
      const card = scene.card(index);
      if (card !== undefined) cards.set(index, cardShape(card, look));
    }
    const layers = this.#layers;
    layers.definitions.show(new Map([[0, definitions(colours)]]));
    layers.far.show(far ? farShapes(scene, view, look) : new Map());
    layers.quiet.show(ranked[0] ?? new Map());
    layers.lit.show(ranked[1] ?? new Map());
    layers.active.show(ranked[2] ?? new Map());
    layers.cards.show(cards);
    layers.labels.show(labels[0] ?? new Map());
    layers.strongLabels.show(labels[1] ?? new Map());
  }
}

/** The edges along which something travels at a step. */
export function activeEdges(scene: Scene): SceneEdge[] {
  const loud = [...scene.loudEdges].flatMap(edge => scene.edge(edge) ?? []);
  return loud.filter(({ state, dimmed }) => state === 'active' && !dimmed);
}

function loudOf(scene: Scene, hovered: number | undefined): Iterable<number> {
  const loud = new Set(scene.loudEdges);
  if (hovered !== undefined) for (const edge of scene.edgesOf(hovered)) loud.add(edge);
  return loud;
}

/** All quiet edges as one line, and for every colour the cards that have it. */
function farShapes(scene: Scene, view: Rectangle, { colours, scale }: Look): Shapes {
  const { frame } = scene;
  const curved = frame.edges.length <= MANY_EDGES;
  let lines = '';
  for (const index of edgesInView(frame, view)) {
    const curve = frame.edges[index]?.curve ?? new Float64Array();
    if (curved) lines += pathOf(curve);
    else lines += `M${point(curve.subarray(0, 2))}L${point(curve.subarray(-2))}`;
  }
  const weight = short(1.1 / Math.max(scale, 0.1) / 1.25);
  const shapes: Shape[] = [
    {
      tag: 'path',
      attributes: { d: lines, fill: 'none', stroke: colours.edge, 'stroke-width': weight },
    },
  ];
  for (const [fill, d] of cardsByColour(scene, view, colours, LEAST_PIXELS / scale)) {
    shapes.push({ tag: 'path', attributes: { d, fill } });
  }
  return new Map(shapes.entries());
}

function cardsByColour(
  scene: Scene,
  view: Rectangle,
  colours: ThemeColours,
  least: number,
): Map<string, string> {
  const paths = new Map<string, string>();
  for (const index of cardsInView(scene.frame, view)) {
    const frame = scene.frame.cards[index];
    if (frame === undefined) continue;
    const fill = index === scene.acting ? colours.accent : colourOf(colours, scene.tone(index));
    const [width, height] = [Math.max(frame.width, least), Math.max(frame.height, least)];
    const corner = point([frame.x - width / 2, frame.y - height / 2]);
    const box = `M${corner}h${short(width)}v${short(height)}h${short(-width)}z`;
    paths.set(fill, (paths.get(fill) ?? '') + box);
  }
  return paths;
}

function point([x = 0, y = 0]: ArrayLike<number> & Iterable<number>): string {
  return `${short(x)} ${short(y)}`;
}
