// The colours of the picture in both themes, for renderers that have no style sheet. The page has the same ones in
// app/styles/app.css; a test compares them.

export type ThemeName = 'light' | 'dark';

/** Light first, then dark. */
const COLOURS = {
  canvas: ['#fbfcfe', '#12151d'],
  card: ['#ffffff', '#1b202b'],
  leaf: ['#f2f7f1', '#1a2521'],
  constant: ['#f4f3f8', '#211f2c'],
  line: ['#dfe3ec', '#2a3040'],
  'line-strong': ['#c3cad9', '#3d465a'],
  edge: ['#cfd5e2', '#343c4e'],
  'edge-strong': ['#98a3ba', '#5d6880'],
  ink: ['#141824', '#eceff6'],
  soft: ['#3d465c', '#bcc4d4'],
  muted: ['#5b657c', '#98a2b8'],
  accent: ['#975400', '#ffcf5c'],
  select: ['#141824', '#eceff6'],
  positive: ['#1a5bd0', '#78adff'],
  negative: ['#b64400', '#ffa05a'],
  alarm: ['#86139a', '#f08cff'],
} as const;

export type ColourName = keyof typeof COLOURS;
export type ThemeColours = Readonly<Record<ColourName, string>>;

/** The colours of a theme as `#rrggbb`. */
export function themeColours(theme: ThemeName): ThemeColours {
  const place = theme === 'light' ? 0 : 1;
  const entries = Object.entries(COLOURS).map(([name, colours]) => [name, colours[place]]);
  return Object.fromEntries(entries) as ThemeColours;
}

/** Mixes two `#rrggbb` colours. */
export function mixHex(a: string, b: string, share: number): string {
  const channel = (hex: string, k: number): number =>
    Number.parseInt(hex.slice(1 + 2 * k, 3 + 2 * k), 16);
  const mixed = [0, 1, 2].map(k => {
    const [from, to] = [channel(a, k), channel(b, k)];
    return Math.round(from + (to - from) * share)
      .toString(16)
      .padStart(2, '0');
  });
  return `#${mixed.join('')}`;
}
