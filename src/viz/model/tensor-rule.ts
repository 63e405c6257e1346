// What a card with tensors hands to each of its inputs, in terms of its gradient G: the rules of the ops put into one
// another from the card's own node down to what it consumes.

import { elementsOf, handedTemplate } from '../../autograd/trace-rule.ts';
import type { Cards } from './folding.ts';
import { atom, compose, type NotationName, sum, type Term } from './formula.ts';
import { at, opOf } from './model.ts';

interface Written {
  /** Writes a node that is not of the card. */
  names(node: number): Term;
  /** The nodes of the card, written out. */
  values: ReadonlyMap<number, Term>;
}

/** The letter for the gradient of a node: G of a tensor, g of a number. */
export function gradientLetter({ model, cards }: Cards, card: number): 'G' | 'g' {
  return elementsOf(model.nodes[cards[card]?.node ?? -1]) === 1 ? 'g' : 'G';
}

/** For every edge into a card what it contributes there, by place in the inputs of the card. */
export function handedTerms(
  cards: Cards,
  card: number,
  notation: NotationName,
  { names, values }: Written,
): Term[] {
  const { model, cardOf } = cards;
  const it = cards.cards[card];
  if (it === undefined) return [];
  const gradients = new Map<number, Term[]>([[it.node, [atom(gradientLetter(cards, card))]]]);
  const gradientOf = (node: number): Term => sum(gradients.get(node) ?? [], notation);
  const written = (node: number): Term =>
    node !== it.node && at(cardOf, node) === card ? (values.get(node) ?? names(node)) : names(node);
  const handed = (edge: number): Term => {
    const consumer = at(model.consumerOf, edge);
    const node = model.nodes[consumer];
    const op = opOf(model, consumer);
    if (node === undefined || op === undefined) return atom('?');
    const inputs = node.inputs.map(input => model.nodes[input]);
    const template = handedTemplate(op, edge - at(model.offsets, consumer), notation, node, inputs);
    return compose(
      template,
      notation,
      place => {
        const filled = place === 'y' ? consumer : node.inputs[place];
        return filled === undefined ? atom('?') : written(filled);
      },
      gradientOf(consumer),
    );
  };
  for (let m = it.members.length - 1; m >= 0; m--) {
    const member = it.members[m] as number;
    for (let e = at(model.offsets, member); e < at(model.offsets, member + 1); e++) {
      const input = at(model.inputOf, e);
      if (at(cardOf, input) !== card || input === member) continue;
      const known = gradients.get(input);
      if (known === undefined) gradients.set(input, [handed(e)]);
      else known.push(handed(e));
    }
  }
  return it.inputs.map(index => sum((cards.edges[index]?.edges ?? []).map(handed), notation));
}
