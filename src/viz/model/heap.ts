// A priority queue of numbers: the one with the smallest key comes first, and of equal ones the smaller number.

import { at } from './model.ts';

export class Heap {
  readonly #keys: Int32Array;
  readonly #items: number[] = [];

  /** The key of item k is `keys[k]`. */
  constructor(keys: Int32Array) {
    this.#keys = keys;
  }

  push(item: number): void {
    const items = this.#items;
    let place = items.length;
    items.push(item);
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (!this.#before(item, items[above] ?? 0)) break;
      items[place] = items[above] ?? 0;
      place = above;
    }
    items[place] = item;
  }

  pop(): number | undefined {
    const items = this.#items;
    const first = items[0];
    const item = items.pop();
    if (item === undefined || items.length === 0) return first;
    let place = 0;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= items.length) break;
      const [left = 0, right] = [items[below], items[below + 1]];
      if (right !== undefined && this.#before(right, left)) below++;
      if (!this.#before(items[below] ?? 0, item)) break;
      items[place] = items[below] ?? 0;
      place = below;
    }
    items[place] = item;
    return first;
  }

  #before(a: number, b: number): boolean {
    const [ka, kb] = [at(this.#keys, a), at(this.#keys, b)];
    return ka < kb || (ka === kb && a < b);
  }
}
