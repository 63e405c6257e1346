// The memory that the WebAssembly kernels share: an arena for operands on their way through a kernel. Tensors live in
// ordinary arrays, so nothing in here outlives the call that put it there.

const PAGE = 65536;
/** Enough for small products, so that those never wait for the memory to grow. */
const FIRST = 1 << 20;

/** Every region starts at a cache line. */
const LINE = 64;

let memory: WebAssembly.Memory | undefined;
let view = new Float32Array(0);

/** The memory itself, for a module to import. Throws a RangeError where it cannot be had. */
export function arenaMemory(): WebAssembly.Memory {
  memory ??= new WebAssembly.Memory({ initial: FIRST / PAGE, maximum: PAGE });
  return memory;
}

/**
 * A view of the arena from its start, at least `bytes` long. Whoever calls this owns the whole arena until it returns
 * to its caller: there are no regions to keep or to free. The view is good until the next call of this function.
 *
 * The first touch of fresh memory is dear (10 µs per 4 KiB on virtual machines), so the arena never shrinks and its
 * users reuse the same low addresses; memory grown ahead of need is not touched and costs nothing.
 */
export function reserve(bytes: number): Float32Array {
  const arena = arenaMemory();
  const missing = bytes - arena.buffer.byteLength;
  if (missing > 0) {
    const ahead = Math.max(missing, arena.buffer.byteLength / 2);
    const pages = Math.min(Math.ceil(ahead / PAGE), PAGE - arena.buffer.byteLength / PAGE);
    arena.grow(Math.max(pages, Math.ceil(missing / PAGE)));
  }
  if (view.buffer !== arena.buffer) view = new Float32Array(arena.buffer);
  return view;
}

/** `bytes` rounded up to whole cache lines. */
export function aligned(bytes: number): number {
  return Math.ceil(bytes / LINE) * LINE;
}
