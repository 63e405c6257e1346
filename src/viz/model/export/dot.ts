// A pass as a graph in the DOT language of Graphviz: cards with value and gradient, local derivatives on the edges, scopes
// as clusters. Source: the DOT language, graphviz.org/doc/info/lang.html.

import type { Cards } from '../folding.ts';
import { formatNumber } from '../format.ts';
import { opOf, scopeOf } from '../model.ts';
import { titleOf } from '../names.ts';
import { nodeGradient, nodeValue, type Playback } from '../playback.ts';
import { formulaOf } from '../rule.ts';
import { isNorm, shapeOf } from '../tensors.ts';
import { signOf } from '../tone.ts';

/** Names and formulas longer than this make no readable box. */
const LONGEST = 120;

/** Fills by kind, and the borders by the sign of the gradient: light enough for black text, as Graphviz draws it. */
const FILLS = { leaf: '#f2f7f1', constant: '#f4f3f8', op: '#ffffff' } as const;
const BORDERS = {
  positive: '#1a5bd0',
  negative: '#b64400',
  zero: '#5b657c',
  nonfinite: '#86139a',
  none: '#98a3ba',
} as const;

/** Writes the cards of a pass. */
export function dotOf(playback: Playback): string {
  const { cards, flows } = playback;
  const lines = [
    `digraph ${quoted(cards.model.trace.title ?? 'trace')} {`,
    '  rankdir=LR;',
    '  node [shape=box, style="rounded,filled", fontname="Helvetica", fontsize=11];',
    '  edge [fontname="Helvetica", fontsize=9, color="#98a3ba"];',
    ...clusters(playback, scopeTree(cards), 1),
  ];
  cards.edges.forEach(({ source, target }, e) => {
    const local = flows.locals[e] ?? null;
    const contribution = flows.contributions[e] ?? null;
    const says: string[] = [];
    if (local !== null) says.push(`∂ ${formatNumber(local, 4)}`);
    if (contribution !== null) says.push(`g ${formatNumber(contribution, 4)}`);
    const style = contribution === null ? ', style=dashed' : '';
    lines.push(`  n${source} -> n${target} [label=${quoted(says.join('\n'))}${style}];`);
  });
  lines.push('}', '');
  return lines.join('\n');
}

/** Cards by scope, one level of the name after the other. */
interface Scope {
  readonly name: string;
  readonly cards: number[];
  readonly inner: Map<string, Scope>;
}

function scopeTree(cards: Cards): Scope {
  const top: Scope = { name: '', cards: [], inner: new Map() };
  cards.cards.forEach(({ node }, card) => {
    let scope = top;
    for (const name of (scopeOf(cards.model, node) ?? '').split('/').filter(part => part !== '')) {
      let inner = scope.inner.get(name);
      if (inner === undefined) {
        inner = { name, cards: [], inner: new Map() };
        scope.inner.set(name, inner);
      }
      scope = inner;
    }
    scope.cards.push(card);
  });
  return top;
}

/** Told with a stack of its own: a hostile scope name may have hundreds of levels. */
function clusters(playback: Playback, top: Scope, depth: number): string[] {
  const lines: string[] = [];
  const stack: ({ scope: Scope; depth: number } | string)[] = [{ scope: top, depth }];
  let count = 0;
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (typeof next === 'string') {
      lines.push(next);
      continue;
    }
    const { scope, depth: level } = next;
    const indent = '  '.repeat(Math.min(level, 20));
    if (scope !== top) {
      lines.push(
        `${indent}subgraph cluster_${count++} {`,
        `${indent}  label=${quoted(scope.name)};`,
      );
      stack.push(`${indent}}`);
    }
    for (const card of scope.cards) lines.push(`${indent}  ${cardLine(playback, card)}`);
    const inner = [...scope.inner.values()].reverse();
    for (const it of inner) stack.push({ scope: it, depth: level + 1 });
  }
  return lines;
}

function cardLine({ cards, pass }: Playback, card: number): string {
  const { node, members } = cards.cards[card] ?? { node: 0, members: [] };
  const { model } = cards;
  const bars = isNorm(model, node) ? '‖' : '';
  const gradient = nodeGradient(pass, node);
  const sign = opOf(model, node)?.symbol ?? '';
  const text = [
    titleOf(cards, card),
    members.length > 1 ? formulaOf(cards, card) : sign,
    shapeOf(model, node),
    `${bars}v${bars} ${formatNumber(nodeValue(pass, node))}`,
    gradient === null ? '' : `${bars}g${bars} ${formatNumber(gradient)}`,
  ];
  const label = text.filter(line => line !== '').join('\n');
  const kind = model.nodes[node]?.kind ?? 'op';
  const width = card === cards.root ? ', penwidth=2' : '';
  return `n${card} [label=${quoted(label)}, fillcolor="${FILLS[kind]}", color="${BORDERS[signOf(gradient)]}"${width}];`;
}

/** A string in quotes. Inside, only the quote and the backslash have a meaning; a line break is written \n. */
function quoted(text: string): string {
  const lines = text.split('\n').map(line =>
    Array.from(line.replace(/\p{Cc}/gu, ' '))
      .slice(0, LONGEST)
      .join('')
      .replace(/["\\]/g, '\\$&'),
  );
  return `"${lines.join('\\n')}"`;
}
