// What shows the graph, whichever way it draws: what the page may ask of it, what it tells the page, and how large a picture
// is to be.

import type { Frame } from '../../model/frame.ts';
import type { Scene } from '../../model/scene.ts';

/** A point of the picture in the middle of the window, and the scale there. */
export interface Middle {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

/** A card of the picture as it was, and the one in its place of the picture as it is to be. */
export interface Stay {
  readonly from: number;
  readonly to: number;
}

export interface Drawing {
  /**
   * Shows a scene. The camera moves only when the graph itself has changed: to fit it, or so that the card `stay.to` is where
   * `stay.from` has been until now.
   */
  show(scene: Scene, stay?: Stay): void;
  setHovered(card: number | undefined): void;
  /** Reads the colours of the theme again. */
  recolour(): void;
  /** Shows the whole graph, as large as it fits and no larger than is pleasant. */
  fit(animate?: boolean): void;
  /** What is in the middle of the window; undefined while that is what `fit` chose. */
  view(): Middle | undefined;
  /** How large the picture is shown now. */
  scale(): number;
  /** Puts a point into the middle of the window. */
  lookAt(middle: Middle): void;
  zoom(factor: number): void;
  /** Brings a card into the window if it is not there. */
  reveal(card: number): void;
  /** Brings a card into the middle of the window, near enough to be read. */
  centre(card: number): void;
  /** Where the centre of a card is, in pixels from the corner of the graph. */
  screenPosition(card: number): { x: number; y: number };
  destroy(): void;
}

export interface DrawingEvents {
  /** `finger` says that it was tapped, and may be tapped again at once. */
  select(card: number | undefined, finger: boolean): void;
  hover(card: number | undefined): void;
  /** Somebody wants to see what is in a card, by a double click. */
  open(card: number): void;
  /** The window has another size, and the picture is in its place again. */
  resize(): void;
  /** The camera or the picture has changed and come to rest. */
  settle(): void;
}

/** Above this many edges the quiet ones are straight lines while the graph is far away, drawn by WebGL where there is any. */
export const MANY_EDGES = 2_500;
export const PULSE_MS = 650;
/** The least size at which somebody who looks for a card can read it. */
export const READABLE = 0.7;

const PADDING = 20;
const LARGEST_FIT = 1.2;

/** The scale at which a picture fits into a window, no larger than is pleasant. */
export function fittingScale({ width, height }: Frame, across: number, down: number): number {
  const scale = Math.min((across - 2 * PADDING) / width, (down - 2 * PADDING) / height);
  return Math.max(Math.min(scale, LARGEST_FIT), 1e-4);
}
