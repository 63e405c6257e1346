// Random numbers that must come out the same again: what a function drew the first time it draws once more.

/** A source of random numbers whose place in its stream can be noted, and set again. */
export interface RandomSource {
  state: unknown;
}

/** For each source that a function drew from, the place where it began. */
export type Draws = Map<RandomSource, unknown>;

let open: readonly Draws[] = [];

/** To be called by a source of random numbers before it draws. */
export function noteDraw(source: RandomSource): void {
  for (const draws of open) if (!draws.has(source)) draws.set(source, source.state);
}

/** Runs `fn` and notes what it draws from. */
export function drawing<T>(draws: Draws, fn: () => T): T {
  const before = open;
  open = [...before, draws];
  try {
    return fn();
  } finally {
    open = before;
  }
}

/** Runs `fn` with the numbers drawn then; afterwards the sources are where they were. */
export function redrawing<T>(draws: Draws, fn: () => T): T {
  const now = [...draws.keys()].map(source => ({ source, state: source.state }));
  for (const [source, state] of draws) source.state = state;
  try {
    return fn();
  } finally {
    for (const { source, state } of now) source.state = state;
  }
}
