// What an op on tensors hands to its inputs, as a template of its own. A trace says it in two ways: an op on whole
// tensors writes what it contributes in terms of its gradient g; an elementwise one has a local derivative, as on
// numbers, which is multiplied element by element and summed over what broadcasting stretched.

import type { TraceNode, TraceOp } from './trace.ts';

/** How many elements a node has; 1 for a number. */
export function elementsOf(node: TraceNode | undefined): number {
  return (node?.shape ?? []).reduce((product, size) => product * size, 1);
}

/** Whether a node is a tensor, so that what flows to and from it has a shape. */
export function isTensor(node: TraceNode | undefined): boolean {
  return node?.shape !== undefined;
}

/**
 * What a node hands to its input `k`, as a template: `{#g}` stands for the gradient of the node, the other places are those
 * of the op. `inputs` are the nodes that it consumes.
 */
export function handedTemplate(
  op: TraceOp,
  k: number,
  notation: 'text' | 'latex',
  node: TraceNode,
  inputs: readonly (TraceNode | undefined)[],
): string {
  const rule = op.partials[k]?.[notation] ?? '?';
  if (op.structured === true || rule === '0') return rule;
  const product = elementwise(rule, notation, node, inputs);
  const stretched = !sameShape(node.shape ?? [], inputs[k]?.shape ?? []);
  if (!stretched) return product;
  if (notation === 'text') return `sum(${product})`;
  return product === '{#g}' ? '\\sum {#g}' : `\\sum \\left(${product}\\right)`;
}

/** The gradient times a local derivative, element by element. */
function elementwise(
  local: string,
  notation: 'text' | 'latex',
  node: TraceNode,
  inputs: readonly (TraceNode | undefined)[],
): string {
  const dot = notation === 'text' ? '·' : '\\cdot';
  // Between single numbers it is a product like any other.
  const circle = elementsOf(node) === 1 ? dot : notation === 'text' ? '⊙' : '\\odot';
  if (local === '1') return '{#g}';
  if (local === '−1' || local === '-1') return `${local.charAt(0)}{#g}`;
  if (/^\d[\d.]*$/.test(local)) return `${local} ${dot} {#g}`;
  const [, place] = /^\{#(\d+)\}$/.exec(local) ?? [];
  if (place === undefined) return `{#g} ${circle} ${bracketed(local, notation)}`;
  // A single number scales, and is no matter of elements.
  if (elementsOf(inputs[Number(place)]) === 1) return `${local} ${dot} {#g}`;
  return `{#g} ${circle} ${local}`;
}

/** In parentheses, unless it is a power or an application as it stands. */
function bracketed(local: string, notation: 'text' | 'latex'): string {
  let depth = 0;
  let loose = /^[-−]/.test(local) || local.includes('\\cdot') || /\\(?:[lg]e|odot)/.test(local);
  for (const character of local.replace(/\{#(?:\d+|y)\}/g, 'x')) {
    if ('([{'.includes(character)) depth++;
    else if (')]}'.includes(character)) depth--;
    else if (depth === 0 && '+-−·×*/⊙<>=≤≥≠?'.includes(character)) loose = true;
  }
  if (!loose) return local;
  return notation === 'text' ? `(${local})` : `\\left(${local}\\right)`;
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, k) => size === b[k]);
}
