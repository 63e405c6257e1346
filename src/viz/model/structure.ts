// Two traces of one program: when only the numbers differ, the second takes over the structure of the first, so that
// everything built on it, such as the layout, is kept.

import type { Trace } from '../../autograd/trace.ts';

/** `next`, with the graphs of `before` where they are the same. */
export function sharingStructure(before: Trace | undefined, next: Trace): Trace {
  if (before === undefined || structureOf(before) !== structureOf(next)) return next;
  const { ops, scopes, files, graphs } = before;
  return { ...next, ops, scopes, files, graphs };
}

function structureOf({ title, ops, scopes, files, graphs, passes }: Trace): string {
  // The constants of a program, such as an exponent, stand on the cards: they belong to the structure.
  const constants = graphs.map(({ nodes }, graph) => {
    const values = passes.find(pass => pass.graph === graph)?.values;
    return nodes.map(({ kind }, id) => (kind === 'constant' ? values?.[id] : undefined));
  });
  return JSON.stringify([title, ops, scopes, files, graphs, constants]);
}
