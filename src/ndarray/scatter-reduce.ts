// Several elements reduced at the places that an index names: extremes, and the order in which to multiply.

import type { NDArray } from './array.ts';
import { placesAlong } from './gather.ts';
import { counting } from './indexing.ts';
import { copyOf, flatData } from './map.ts';

/** `x` with the largest (or smallest) of what an index sends to each place; NaN wins. Without `includeSelf` only of that. */
export function scatterExtreme(
  x: NDArray,
  source: NDArray,
  index: NDArray,
  dim: number,
  sign: 1 | -1,
  includeSelf: boolean,
): NDArray {
  const out = copyOf(x);
  const { data } = out;
  const from = flatData(source);
  const places = placesAlong(index, x.shape, dim);
  if (!includeSelf)
    for (let k = 0; k < places.length; k++) data[places[k] as number] = from[k] as number;
  for (let k = 0; k < places.length; k++) {
    const place = places[k] as number;
    const best = data[place] as number;
    const value = from[k] as number;
    if (sign * value > sign * best || Number.isNaN(value)) data[place] = value;
  }
  return out;
}

/** A step of reducing groups: for each element of the next list, the two of this list that make it. */
export interface Pairing {
  first: Int32Array;
  second: Int32Array;
}

/**
 * How to reduce groups by pairs, until each of `size` places has one element, in order. The first list is: the elements that are at
 * the places, then those that go to `places`, then the neutral element; each later list is what the pairs gave, then the neutral
 * element. An element at a place takes part if `includeSelf`, or if it is the only one.
 */
export function pairings(places: Int32Array, size: number, includeSelf: boolean): Pairing[] {
  let counts = new Int32Array(size);
  for (const place of places) counts[place] = (counts[place] as number) + 1;
  const own = counts.map(n => (includeSelf || n === 0 ? 1 : 0));
  counts = counts.map((n, place) => n + (own[place] as number));
  let list = grouped(places, counts, own);
  let neutral = size + places.length;
  const rounds: Pairing[] = [];
  for (let most = 2; most > 1; ) {
    const round = paired(list, counts, neutral);
    rounds.push(round);
    neutral = round.first.length;
    list = counting(neutral);
    counts = counts.map(n => (n + 1) >> 1);
    most = counts.reduce((a, b) => Math.max(a, b), 0);
  }
  return rounds;
}

/** The numbers of the elements, group by group. */
function grouped(places: Int32Array, counts: Int32Array, own: Int32Array): Int32Array {
  const list = new Int32Array(counts.reduce((a, b) => a + b, 0));
  const next = new Int32Array(counts.length);
  let start = 0;
  for (let place = 0; place < counts.length; place++) {
    next[place] = start;
    if (own[place] === 1) list[next[place]++] = place;
    start += counts[place] as number;
  }
  for (let k = 0; k < places.length; k++) {
    const place = places[k] as number;
    const at = next[place] as number;
    list[at] = counts.length + k;
    next[place] = at + 1;
  }
  return list;
}

function paired(list: Int32Array, counts: Int32Array, neutral: number): Pairing {
  const length = counts.reduce((a, b) => a + ((b + 1) >> 1), 0);
  const first = new Int32Array(length);
  const second = new Int32Array(length).fill(neutral);
  let from = 0;
  let to = 0;
  for (const count of counts) {
    for (let i = 0; i < count; i += 2, to++) {
      first[to] = list[from + i] as number;
      if (i + 1 < count) second[to] = list[from + i + 1] as number;
    }
    from += count;
  }
  return { first, second };
}
