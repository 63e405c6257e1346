// Shapes as elements of the page. Elements stay from one picture to the next: only the attributes and texts that differ
// are written.

import type { Shape } from '../../model/export/shapes.ts';

const NAMESPACE = 'http://www.w3.org/2000/svg';

/** What each element shows. */
const shown = new WeakMap<Element, Shape>();

/** An empty element. */
export function svgElement<Name extends keyof SVGElementTagNameMap>(
  name: Name,
): SVGElementTagNameMap[Name] {
  return document.createElementNS(NAMESPACE, name);
}

/** Makes an element of a shape. */
function elementOf(shape: Shape): SVGElement {
  const element = svgElement(shape.tag);
  update(element, shape);
  return element;
}

/** Makes an element show another shape of the same kind. */
function update(element: Element, shape: Shape): void {
  const before = shown.get(element);
  for (const name of Object.keys(before?.attributes ?? {})) {
    if (shape.attributes[name] === undefined) element.removeAttribute(name);
  }
  for (const [name, value] of Object.entries(shape.attributes)) {
    if (before?.attributes[name] !== value) element.setAttribute(name, String(value));
  }
  if (shape.text !== undefined && shape.text !== before?.text) element.textContent = shape.text;
  if (shape.parts !== undefined) updateParts(element, shape.parts);
  shown.set(element, shape);
}

function updateParts(element: Element, parts: readonly Shape[]): void {
  parts.forEach((part, k) => {
    const child = element.children[k];
    if (child === undefined) element.append(elementOf(part));
    else if (shown.get(child)?.tag === part.tag) update(child, part);
    else child.replaceWith(elementOf(part));
  });
  while (element.children.length > parts.length) element.lastElementChild?.remove();
}

/** A group of elements, each under a number of its own. */
export class Layer {
  readonly element = svgElement('g');
  readonly #elements = new Map<number, SVGElement>();

  /** Shows these shapes and no others. */
  show(shapes: ReadonlyMap<number, Shape>): void {
    for (const [key, element] of this.#elements) {
      if (shapes.has(key)) continue;
      element.remove();
      this.#elements.delete(key);
    }
    for (const [key, shape] of shapes) {
      const known = this.#elements.get(key);
      if (known !== undefined) update(known, shape);
      else {
        const element = elementOf(shape);
        this.#elements.set(key, element);
        this.element.append(element);
      }
    }
  }
}
