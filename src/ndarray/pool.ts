// Memory that is known to be free again, kept for the next array of the same size: on small machines the first touch of
// fresh memory costs far more than the work done in it. Only the engine returns memory, and only where nobody can hold it.

import { bytesOf, type DType, type TypedArray } from './dtype.ts';

/** Smaller arrays are cheap to make. */
const SMALLEST = 4096;
const MOST_BYTES = 64 * 2 ** 20;

const free = new Map<string, TypedArray[]>();
let held = 0;

function keyOf(kind: string, size: number): string {
  return `${kind}:${size}`;
}

const KINDS: Readonly<Record<DType, string>> = {
  float32: Float32Array.name,
  float64: Float64Array.name,
  int32: Int32Array.name,
  bool: Uint8Array.name,
};

function dtypeKind(dtype: DType): string {
  return KINDS[dtype];
}

/** Memory for `size` elements with arbitrary contents, or undefined where none is free. */
export function takeFree(dtype: DType, size: number): TypedArray | undefined {
  if (size * bytesOf(dtype) < SMALLEST) return undefined;
  if (held === 0) return undefined;
  const data = free.get(keyOf(dtypeKind(dtype), size))?.pop();
  if (data !== undefined) held -= data.byteLength;
  return data;
}

/** Gives memory back. Nothing may refer to it any more. */
export function giveBack(data: TypedArray): void {
  const bytes = data.byteLength;
  // Part of something larger, such as memory that the user brought, is not ours to give.
  if (bytes < SMALLEST || bytes > MOST_BYTES / 2 || bytes !== data.buffer.byteLength) return;
  while (held + bytes > MOST_BYTES) if (!dropOldest()) return;
  const key = keyOf(data.constructor.name, data.length);
  const list = free.get(key);
  if (list === undefined) free.set(key, [data]);
  else list.push(data);
  held += bytes;
}

/** Forgets the list that was begun first, so that sizes no longer in use make room. */
function dropOldest(): boolean {
  for (const [key, list] of free) {
    free.delete(key);
    for (const data of list) held -= data.byteLength;
    if (list.length > 0) return true;
  }
  return false;
}
