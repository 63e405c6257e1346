// The least that an engine with one object per node can do: it makes the object, reads the values of its inputs and stores
// its own, and records nothing that a backward pass could use. The rest of what a graph takes with it is what the benchmark
// itself takes, and the garbage collector for a million objects that the program keeps.

import type { Scalar } from './graphs.ts';

/** The graphs before the one that is timed are ten thousand nodes each and may overwrite each other's values. */
const ROWS = 2 ** 21;
const values = new Float64Array(ROWS);
let made = 0;

export class Bare implements Scalar<Bare> {
  // As many fields as a node of seegrad has.
  declare private readonly chunk: Float64Array;
  declare private readonly row: number;
  declare private readonly links: null;

  constructor(data: number) {
    this.chunk = values;
    this.row = made;
    this.links = null;
    values[made] = data;
    made = (made + 1) % ROWS;
  }

  get data(): number {
    return this.chunk[this.row] as number;
  }

  add(other: Bare | number): Bare {
    return new Bare(this.data + (typeof other === 'number' ? other : other.data));
  }

  mul(other: Bare | number): Bare {
    return new Bare(this.data * (typeof other === 'number' ? other : other.data));
  }

  tanh(): Bare {
    return new Bare(Math.tanh(this.data));
  }

  relu(): Bare {
    return new Bare(Math.max(0, this.data));
  }

  backward(): void {
    if (this.links !== null) throw new Error('there is nothing to run backward');
  }
}
