// Searching the nodes of a graph by name, op, scope and source: a query is matched as a subsequence, and what begins a word
// counts most. The better match comes first, and the result is bounded, so that a huge graph answers at once.

import { labelOf, type Model, opOf, scopeOf, sourceOf } from './model.ts';

/** A node that matches. */
export interface Found {
  readonly node: number;
  readonly label: string;
  /** What it is: op, scope, source, as far as there is one. */
  readonly about: string;
  /** Places of the label that the query stands on, in order; empty where it stands in `about`. */
  readonly marks: readonly number[];
  readonly score: number;
}

/** Longer queries than this are cut: no name is that long. */
const LONGEST = 100;
/** Points for a character that begins a word, follows the one before, or stands anywhere. */
const BEGIN = 8;
const FOLLOW = 5;
const ANY = 1;
/** A match in the label is worth more than one in what stands beside it. */
const LABEL = 20;

/** The best matches of a query among the nodes of a graph, at most `most`. An empty query finds nothing. */
export function searchNodes(model: Model, query: string, most = 50): Found[] {
  const wanted = fold(query.trim()).slice(0, LONGEST);
  if (wanted === '') return [];
  const found: Found[] = [];
  let worst = Number.NEGATIVE_INFINITY;
  for (let node = 0; node < model.nodes.length; node++) {
    const it = match(model, node, wanted);
    if (it === undefined || (found.length >= 2 * most && it.score <= worst)) continue;
    found.push(it);
    // Sorted now and then, so that a graph in which everything matches stays cheap.
    if (found.length < 4 * most) continue;
    found.sort(better);
    found.length = 2 * most;
    worst = found.at(-1)?.score ?? worst;
  }
  return found.sort(better).slice(0, most);
}

function better(a: Found, b: Found): number {
  return b.score - a.score || a.label.length - b.label.length || a.node - b.node;
}

function match(model: Model, node: number, wanted: string): Found | undefined {
  const label = labelOf(model, node);
  const about = [opOf(model, node)?.name, scopeOf(model, node), sourceOf(model, node)]
    .filter(part => part !== undefined && part !== label)
    .join(' · ');
  const inLabel = subsequence(fold(label), wanted);
  if (inLabel !== undefined) {
    const exact = fold(label) === wanted ? LABEL : 0;
    return { node, label, about, marks: inLabel.marks, score: inLabel.score + LABEL + exact };
  }
  const beside = subsequence(fold(about), wanted);
  return beside && { node, label, about, marks: [], score: beside.score };
}

/** Where the characters of `wanted` stand in `text`, in order, and how good that is; undefined where they do not. */
export function subsequence(
  text: string,
  wanted: string,
): { marks: number[]; score: number } | undefined {
  // A piece in one is the best there is; only without one are the characters looked for apart.
  const whole = pieceOf(text, wanted);
  if (whole >= 0) {
    const begins = beginsWord(text, whole);
    const marks = Array.from(wanted, (_, k) => whole + k);
    return { marks, score: (begins ? BEGIN : ANY) + FOLLOW * wanted.length };
  }
  const marks: number[] = [];
  let score = 0;
  let at = 0;
  for (const character of wanted) {
    if (character === ' ') continue;
    const next = text.indexOf(character, at);
    if (next < 0) return undefined;
    score += next === at && at > 0 ? FOLLOW : beginsWord(text, next) ? BEGIN : ANY - 0.1;
    marks.push(next);
    at = next + 1;
  }
  // Far apart is by chance.
  const spread = (marks.at(-1) ?? 0) - (marks[0] ?? 0) - marks.length + 1;
  return { marks, score: score / 2 - spread * 0.2 };
}

/** The first place of a piece where it begins a word; else its first place at all. */
function pieceOf(text: string, piece: string): number {
  const first = text.indexOf(piece);
  for (let at = first; at >= 0; at = text.indexOf(piece, at + 1)) {
    if (beginsWord(text, at)) return at;
  }
  return first;
}

function beginsWord(text: string, at: number): boolean {
  return at === 0 || !/[\p{L}\p{N}]/u.test(text.charAt(at - 1));
}

/** Case does not matter, as long as the places stay where they are. */
function fold(text: string): string {
  const lower = text.toLowerCase();
  return lower.length === text.length ? lower : text;
}
