// The colours of the canvas: the same custom properties that the style sheet uses, resolved for the current theme.

import type { Sign, Tone } from '../../model/tone.ts';

const NAMES = [
  'canvas',
  'card',
  'leaf',
  'constant',
  'line',
  'line-strong',
  'edge',
  'edge-strong',
  'ink',
  'soft',
  'muted',
  'accent',
  'accent-soft',
  'select',
  'positive',
  'negative',
  'alarm',
] as const;

export type PaletteName = (typeof NAMES)[number];
export type Palette = Readonly<Record<PaletteName, string>>;

/** Reads the colours of the current theme off an element. */
export function readPalette(element: HTMLElement): Palette {
  const probe = document.createElement('span');
  probe.hidden = true;
  element.append(probe);
  const style = getComputedStyle(probe);
  const colours = NAMES.map(name => {
    probe.style.color = `var(--${name})`;
    return [name, style.color] as const;
  });
  probe.remove();
  return Object.fromEntries(colours) as Record<PaletteName, string>;
}

/** The hue for a sign. */
export function hueOf(palette: Palette, sign: Sign): string {
  if (sign === 'positive') return palette.positive;
  if (sign === 'negative') return palette.negative;
  if (sign === 'nonfinite') return palette.alarm;
  return palette.muted;
}

/** A tone as a colour over the canvas: the deeper, the less of the background shows through. */
export function colourOf(palette: Palette, tone: Tone): string {
  if (tone.sign === 'none' || tone.sign === 'zero') return palette['line-strong'];
  return mix(palette.card, hueOf(palette, tone.sign), 0.3 + 0.7 * tone.depth);
}

/** Mixes two `rgb()` colours. */
export function mix(a: string, b: string, share: number): string {
  const [from, to] = [channels(a), channels(b)];
  const mixed = from.map((value, k) => Math.round(value + ((to[k] ?? 0) - value) * share));
  return `rgb(${mixed.join(', ')})`;
}

function channels(colour: string): number[] {
  return (colour.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number);
}
