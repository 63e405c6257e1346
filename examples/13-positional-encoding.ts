// Chapter 7, continued: the sine and cosine positional encoding of the Transformer, as a picture, and what makes it useful.

import { arange, cos, exp, outer, record, sin, stack, type Tensor, tensor } from 'seegrad';
import { enlarged, symmetric, toPicture, writePicture } from './pictures.ts';
import { fixed, print } from './print.ts';
import { show } from './show.ts';

const WIDTH = 64;

/**
 * [N] positions → [N, WIDTH]: column 2i holds sin(p · 10000^(−2i / WIDTH)), column 2i + 1 its cosine (Vaswani et al.,
 * 2017, section 3.5).
 */
function encoding(positions: Tensor): Tensor {
  const frequencies = exp(arange(0, WIDTH, 2).mul(-Math.log(10_000) / WIDTH)).named('frequencies');
  const angles = outer(positions, frequencies).named('angles');
  const pairs = stack([sin(angles), cos(angles)], { dim: 2 });
  return pairs.reshape([positions.shape[0] ?? 0, WIDTH]).named('encoding');
}

const table = encoding(arange(0, 50, 1, { dtype: 'float32' }));
print('the first 4 positions, the first 6 columns', table.at({ end: 4 }, { end: 6 }));
const path = writePicture('positional-encoding', enlarged(symmetric(toPicture(table)), 6));
console.log(`\n50 positions from top to bottom: ${path}`);

// How alike two encodings are depends on their distance alone, and falls with it.
const alike = (p: number, q: number): string =>
  fixed(
    encoding(tensor([p, q]))
      .prod({ dim: 0 })
      .sum()
      .item(),
    3,
  );
console.log('\nencoding(p)·encoding(q) at distance');
for (const distance of [0, 1, 2, 5, 10]) {
  const products = [0, 10, 30].map(p => alike(p, p + distance).padStart(7));
  console.log(`  ${String(distance).padStart(2)} ${products.join(' ')}   from p = 0, 10, 30`);
}

// The encoding is smooth, so a position has a gradient: moving p from 7.5 towards 8 makes the encodings more alike.
const p = tensor([7.5], { requiresGrad: true, name: 'p' });
const { trace, result } = record(
  () => {
    const product = encoding(p)
      .mul(encoding(tensor([8])))
      .sum()
      .named('likeness');
    product.backward();
    return product;
  },
  { title: 'positional encoding' },
);
console.log(`\nlikeness of 7.5 and 8: ${fixed(result.item(), 3)}`);
console.log(`its slope in p: ${fixed(p.grad?.item() ?? Number.NaN, 3)}`);
show(trace);
