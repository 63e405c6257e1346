// A small network as users build them: an embedding, blocks that are alike with two parts each, and a loss, all in scopes.

import type { Trace } from '../../src/autograd/trace.ts';
import { record, scope, tanh, type Value, value } from '../../src/index.ts';

/** So many blocks of so many neurons; `broken` is a block one of whose weights is NaN. */
export function stackTrace(blocks: number, width: number, broken?: number): Trace {
  const leaf = (x: number, name: string) => value(x).named(name);
  const block = (row: readonly Value[], l: number): Value[] => {
    const mixed = scope('attn', () =>
      row.map((it, k) => it.mul(leaf(0.3, `a${l}.${k}`)).add(row[(k + 1) % width] ?? it)),
    );
    return scope('mlp', () =>
      mixed.map((it, k) => {
        const w = leaf(l === broken && k === 0 ? Number.NaN : 0.7, `w${l}.${k}`);
        return tanh(it.mul(w).add(leaf(0.01, `b${l}.${k}`)));
      }),
    );
  };
  return record(
    () => {
      const x = Array.from({ length: width }, (_, k) => leaf((k + 1) / width, `x${k}`));
      const out = scope('model', () => {
        let row = scope('embed', () => x.map((it, k) => tanh(it.mul(leaf(0.5, `e${k}`)))));
        for (let l = 0; l < blocks; l++) row = scope(`block${l}`, () => block(row, l));
        return row;
      });
      const squares = scope('loss', () =>
        out.map(it => it.square()).reduce((sum, it) => sum.add(it)),
      );
      squares.named('E').backward();
    },
    { title: 'a stack of blocks' },
  ).trace;
}
