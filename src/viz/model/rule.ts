// The rule of a card: its value and its local derivatives, once with names and once with the numbers of a pass filled in.

import type { TracePass } from '../../autograd/trace.ts';
import { latexName } from '../../autograd/trace.ts';
import type { Card, Cards } from './folding.ts';
import { formatConstant, formatLatex, formatShort, isolated } from './format.ts';
import {
  atom,
  compose,
  type NotationName,
  numberTerm,
  product,
  sum,
  type Term,
} from './formula.ts';
import { at, constantOf, type Model, opOf } from './model.ts';
import { nodeValue } from './playback.ts';
import { handedTerms } from './tensor-rule.ts';
import { isTensorCard } from './tensors.ts';

/** One equation: `left = symbols`, and `numbers = result`, which are empty where there are no plain numbers. */
export interface Equation {
  readonly left: string;
  readonly symbols: string;
  readonly numbers: string;
  readonly result: string;
}

export interface Rule {
  readonly value: Equation;
  /** One local derivative for each edge into the card, by place in {@link Cards.edges}. */
  readonly partials: readonly { edge: number; input: number; equation: Equation }[];
}

/** Writes one node: as a name, as a number … */
export type Writer = (node: number) => Term;

/** How many unnamed nodes may be written out in place of one that has no name to go by. */
const LONGEST_EXPANSION = 8;

/** The rule of a card in one pass. `local` has the numbers that the derivatives come to; see `cardFlows`. */
export function ruleOf(
  cards: Cards,
  card: number,
  pass: TracePass,
  locals: readonly (number | null)[],
  notation: NotationName = 'latex',
): Rule | undefined {
  const { model } = cards;
  const it = cards.cards[card];
  // What a group computes is no formula that anybody could read.
  if (it === undefined || it.group !== undefined) return undefined;
  if (model.nodes[it.node]?.kind !== 'op') return undefined;
  if (isTensorCard(cards, card)) return tensorRule(cards, card, it, pass, notation);
  const number = (x: number) => (notation === 'latex' ? formatLatex(x) : formatShort(x));
  const names: Writer = node => writtenOut(model, node, notation);
  const numbers: Writer = node => numberTerm(number(nodeValue(pass, node)));
  const name = nameTerm(model, it.node, notation).string;
  const value: Equation = {
    left: name,
    symbols: expand(cards, it, notation, names).get(it.node)?.string ?? '',
    numbers: expand(cards, it, notation, numbers).get(it.node)?.string ?? '',
    result: number(nodeValue(pass, it.node)),
  };
  const withNames = derivatives(cards, it, notation, names);
  const withNumbers = derivatives(cards, it, notation, numbers);
  const partials = it.inputs.flatMap((edge, k) => {
    const input = cards.edges[edge]?.source;
    const local = locals[edge];
    if (input === undefined || local === null || local === undefined) return [];
    const by = nameTerm(model, cards.cards[input]?.node ?? 0, notation).string;
    const equation: Equation = {
      left: notation === 'latex' ? `\\frac{\\partial ${name}}{\\partial ${by}}` : `∂${name}/∂${by}`,
      symbols: withNames[k]?.string ?? '',
      numbers: withNumbers[k]?.string ?? '',
      result: number(local),
    };
    return [{ edge, input, equation }];
  });
  return { value, partials };
}

/** The rule of a card with tensors: in symbols only, and what it hands on in terms of its gradient G. */
function tensorRule(
  cards: Cards,
  card: number,
  it: Card,
  pass: TracePass,
  notation: NotationName,
): Rule {
  const { model } = cards;
  const names: Writer = node => writtenOut(model, node, notation);
  const values = expand(cards, it, notation, names);
  const symbolic = (left: string, symbols: string): Equation => ({
    left,
    symbols,
    numbers: '',
    result: '',
  });
  const terms = handedTerms(cards, card, notation, { names, values });
  const partials = it.inputs.flatMap((edge, k) => {
    const { source, edges } = cards.edges[edge] ?? { source: -1, edges: [] };
    if (!edges.some(e => (pass.contributions[e] ?? null) !== null)) return [];
    const by = nameTerm(model, cards.cards[source]?.node ?? 0, notation).string;
    const left = notation === 'latex' ? `G_{${by}} \\mathrel{+}` : `G(${by}) +`;
    return [{ edge, input: source, equation: symbolic(left, terms[k]?.string ?? '') }];
  });
  const name = nameTerm(model, it.node, notation).string;
  return { value: symbolic(name, values.get(it.node)?.string ?? ''), partials };
}

/** The local derivatives of a card in symbols, one for each of its inputs. */
export function localTerms(cards: Cards, card: number, notation: NotationName): Term[] {
  const it = cards.cards[card];
  if (it === undefined || it.group !== undefined) return [];
  return derivatives(cards, it, notation, node => writtenOut(cards.model, node, notation));
}

/** What a node is called in a formula: its name, the number of a constant, or its id. */
export function writeName(model: Model, node: number, notation: NotationName): string {
  return nameTerm(model, node, notation).string;
}

/** The formula on a card, short: `w1·i1+w2·i2+b1`; the symbol of the op where nothing is folded. */
export function formulaOf(cards: Cards, card: number): string {
  const it = cards.cards[card];
  if (it === undefined || it.group !== undefined) return '';
  if (it.members.length === 1) return opOf(cards.model, it.node)?.symbol ?? '';
  const names: Writer = node => shortName(cards.model, node);
  const written = expand(cards, it, 'text', names).get(it.node)?.string ?? '';
  // A fraction in front of its factor needs no dot, and a card has no room for spaces.
  return written.replaceAll(' ', '').replace(/([½¼¾])·(?=\()/g, '$1');
}

/** Every member of a card written in terms of what comes from outside the card. */
function expand(
  cards: Cards,
  card: Card,
  notation: NotationName,
  write: Writer,
): Map<number, Term> {
  return writeNodes(cards.model, card.members, notation, write);
}

/** Writes nodes, given inputs first, in terms of each other and of whatever they consume besides. */
function writeNodes(
  model: Model,
  nodes: readonly number[],
  notation: NotationName,
  write: Writer,
): Map<number, Term> {
  const written = new Map<number, Term>();
  for (const node of nodes) {
    const op = opOf(model, node);
    const inputs = model.nodes[node]?.inputs ?? [];
    const term =
      op === undefined
        ? write(node)
        : compose(op[notation], notation, place => {
            const input = place === 'y' ? node : inputs[place];
            if (input === undefined) return atom('?');
            return written.get(input) ?? write(input);
          });
    written.set(node, term);
  }
  return written;
}

/** For every edge into a card the local derivative: factors multiplied along hidden nodes, summed where they fork. */
function derivatives(cards: Cards, card: Card, notation: NotationName, write: Writer): Term[] {
  const { model, cardOf } = cards;
  const own = at(cardOf, card.node);
  const values = expand(cards, card, notation, write);
  const written = (node: number): Term =>
    node !== card.node && at(cardOf, node) === own
      ? (values.get(node) ?? write(node))
      : write(node);
  const factorOf = (edge: number): Term => {
    const consumer = at(model.consumerOf, edge);
    const template = opOf(model, consumer)?.partials[edge - at(model.offsets, consumer)]?.[
      notation
    ];
    return compose(template ?? '?', notation, place => {
      const node = place === 'y' ? consumer : model.nodes[consumer]?.inputs[place];
      return node === undefined ? atom('?') : written(node);
    });
  };
  // ∂card/∂member as a list of factors, worked out from the card's own node down to what it consumes.
  const within = new Map<number, Term[]>([[card.node, []]]);
  for (let m = card.members.length - 1; m >= 0; m--) {
    const member = card.members[m] as number;
    const above = within.get(member) ?? [];
    for (let e = at(model.offsets, member); e < at(model.offsets, member + 1); e++) {
      const input = at(model.inputOf, e);
      if (at(cardOf, input) !== own) continue;
      const known = within.get(input);
      const path = [...above, factorOf(e)];
      const paths = known && [product(known, notation), product(path, notation)];
      within.set(input, paths === undefined ? path : [sum(paths, notation)]);
    }
  }
  return card.inputs.map(index => {
    const terms = (cards.edges[index]?.edges ?? []).map(e =>
      product([...(within.get(at(model.consumerOf, e)) ?? []), factorOf(e)], notation),
    );
    return sum(terms, notation);
  });
}

/** A node by its name; an unnamed one as its formula, where that is short enough to be read. */
function writtenOut(model: Model, node: number, notation: NotationName): Term {
  if (model.nodes[node]?.name !== undefined) return nameTerm(model, node, notation);
  const hidden = new Set<number>();
  const stack = [node];
  while (stack.length > 0) {
    const next = stack.pop() ?? 0;
    if (model.nodes[next]?.kind !== 'op' || hidden.has(next)) continue;
    if (next !== node && model.nodes[next]?.name !== undefined) continue;
    hidden.add(next);
    if (hidden.size > LONGEST_EXPANSION) return nameTerm(model, node, notation);
    stack.push(...(model.nodes[next]?.inputs ?? []));
  }
  const nodes = [...hidden].sort((a, b) => a - b);
  const written = writeNodes(model, nodes, notation, input => nameTerm(model, input, notation));
  return written.get(node) ?? nameTerm(model, node, notation);
}

function nameTerm(model: Model, node: number, notation: NotationName): Term {
  const name = model.nodes[node]?.name;
  if (name !== undefined) return atom(notation === 'latex' ? latexName(name) : isolated(name));
  if (model.nodes[node]?.kind === 'constant') {
    const value = constantOf(model, node) ?? Number.NaN;
    return numberTerm(notation === 'latex' ? formatLatex(value) : formatShort(value));
  }
  return atom(notation === 'latex' ? `v_{${node}}` : `#${node}`);
}

function shortName(model: Model, node: number): Term {
  if (model.nodes[node]?.kind !== 'constant') return nameTerm(model, node, 'text');
  return numberTerm(formatConstant(constantOf(model, node) ?? Number.NaN));
}
