// The least that an engine with one object per node can do: it makes the object and records nothing. What a graph takes with
// it is what the benchmark itself takes, and the garbage collector for a million objects that the program keeps.

import type { Scalar } from './graphs.ts';

let made = 0;

export class Bare implements Scalar<Bare> {
  // As many fields as a node of seegrad has.
  declare private readonly chunk: object | null;
  declare private readonly row: number;
  declare private readonly links: null;

  constructor(chunk: object | null = null) {
    this.chunk = chunk;
    this.row = made++;
    this.links = null;
  }

  get data(): number {
    return this.row;
  }

  add(): Bare {
    return new Bare(this.chunk);
  }

  mul(): Bare {
    return new Bare(this.chunk);
  }

  tanh(): Bare {
    return new Bare(this.chunk);
  }

  relu(): Bare {
    return new Bare(this.chunk);
  }

  backward(): void {
    if (this.links !== null) throw new Error('there is nothing to run backward');
  }
}
