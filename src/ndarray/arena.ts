// Memory whose lifetime the engine knows: what is allocated while an arena is open can be given back by whoever opened it.

import type { Storage } from './array.ts';
import { giveBack } from './pool.ts';

/** The memory allocated since an arena was opened, and how many places still refer to each piece. */
export class Arena {
  private readonly uses = new Map<Storage, number>();

  /** Notes new memory; nothing refers to it yet. */
  born(storage: Storage): void {
    this.uses.set(storage, 0);
  }

  /** One more place refers to this memory. */
  hold(storage: Storage): void {
    const uses = this.uses.get(storage);
    if (uses !== undefined) this.uses.set(storage, uses + 1);
  }

  /** One place less refers to it. */
  drop(storage: Storage): void {
    const uses = this.uses.get(storage);
    if (uses !== undefined) this.uses.set(storage, uses - 1);
  }

  /** Whether one place alone refers to this memory, which then may be taken over. */
  sole(storage: Storage): boolean {
    return this.uses.get(storage) === 1;
  }

  /** The memory lives on outside: it is never given back. */
  escape(storage: Storage): void {
    this.uses.delete(storage);
  }

  /** All memory so far lives on outside. */
  escapeAll(): void {
    this.uses.clear();
  }

  /** Gives back what nothing refers to. */
  sweep(): void {
    for (const [storage, uses] of this.uses) {
      if (uses > 0) continue;
      this.uses.delete(storage);
      giveBack(storage.data);
    }
  }
}

let open: Arena | null = null;

/** Runs `fn` with an arena that notes all memory allocated inside; an arena inside another sees only its own. */
export function withArena<T>(arena: Arena | null, fn: () => T): T {
  const before = open;
  open = arena;
  try {
    return fn();
  } finally {
    open = before;
  }
}

/** Tells the open arena of new memory. */
export function noteBorn(storage: Storage): void {
  open?.born(storage);
}
