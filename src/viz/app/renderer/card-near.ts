// Which card is at a place of the window; or nearest to it, where a finger pointed.

import type { Frame } from '../../model/frame.ts';
import { cardsInView } from '../../model/in-view.ts';
import type { Camera } from './paint-options.ts';

/** The card at a place, or the nearest within `slop` pixels of it. */
export function cardNear(
  frame: Frame,
  camera: Camera,
  place: { readonly x: number; readonly y: number },
  slop: number,
): number | undefined {
  const reach = slop / camera.scale;
  const [x, y] = [(place.x - camera.x) / camera.scale, (place.y - camera.y) / camera.scale];
  let best: number | undefined;
  let least = reach;
  // Cards are found with room around them, so that a look at each one follows.
  for (const card of cardsInView(frame, {
    left: x - reach,
    top: y - reach,
    right: x + reach,
    bottom: y + reach,
  })) {
    const it = frame.cards[card];
    if (it === undefined) continue;
    const beside = Math.max(0, Math.abs(x - it.x) - it.width / 2);
    const above = Math.max(0, Math.abs(y - it.y) - it.height / 2);
    const away = Math.hypot(beside, above);
    if (away > least || (away === least && best !== undefined)) continue;
    best = card;
    least = away;
  }
  return best;
}
