// Random numbers that must come out the same again: what a checkpointed function drew the first time it draws once more.

/** A source of random numbers whose place in its stream can be noted. */
export interface RandomSource {
  /** Notes the present place; the function returned goes back to it. */
  save(): () => void;
}

/** For each source that a function drew from, the way back to where it began. */
export type Draws = Map<RandomSource, () => void>;

let open: Draws[] = [];

/** To be called by a source of random numbers before it draws. */
export function noteDraw(source: RandomSource): void {
  for (const draws of open) if (!draws.has(source)) draws.set(source, source.save());
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
  const back = [...draws.keys()].map(source => source.save());
  for (const restore of draws.values()) restore();
  try {
    return fn();
  } finally {
    for (const restore of back) restore();
  }
}
