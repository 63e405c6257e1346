// Chapter 4, continued: the known kernels for pictures on a photograph. The pictures before and after are written to
// examples/out.

import { conv2d, outer, pad, record, square, type Tensor, tensor } from 'seegrad';
import { type Picture, readPicture, symmetric, toPicture, writePicture } from './pictures.ts';
import { fixed, print } from './print.ts';
import { show } from './show.ts';

const photograph = readPicture('photographer.png');
const x = tensor(photograph.data).reshape([1, 1, photograph.height, photograph.width]).named('x');

const binomial = tensor([1, 4, 6, 4, 1]).div(16);
const kernels: Record<string, Tensor> = {
  'gaussian-blur': outer(binomial, binomial),
  'edge-detection': tensor([
    [-1, -1, -1],
    [-1, 8, -1],
    [-1, -1, -1],
  ]),
  sharpen: tensor([
    [0, -1, 0],
    [-1, 5, -1],
    [0, -1, 0],
  ]),
  emboss: tensor([
    [-2, -1, 0],
    [-1, 1, 1],
    [0, 1, 2],
  ]),
};

/** The filtered picture, as large as the picture: beyond its border the nearest pixel counts. */
function filter(image: Tensor, kernel: Tensor): Tensor {
  const [size = 1] = kernel.shape;
  const border = (size - 1) / 2;
  const framed = pad(image, [border, border, border, border], { mode: 'replicate' });
  return conv2d(framed, kernel.reshape([1, 1, size, size]));
}

for (const [name, kernel] of Object.entries(kernels)) {
  const y = filter(x, kernel);
  const after: Picture = toPicture(y);
  const sum = kernel.sum().item();
  // A kernel whose weights cancel out gives 0 where nothing changes: show that as middle grey.
  const path = writePicture(name, photograph, sum === 0 ? symmetric(after) : after);
  const numbers = [y.mean(), y.amin(), y.amax()].map(t => fixed(t.item(), 2).padStart(5));
  console.log(
    `${name.padEnd(14)} sum ${fixed(sum, 0)}  mean, min, max ${numbers.join(' ')}  ${path}`,
  );
}

// How the strength of the edges depends on each weight of the kernel that finds them.
const kernel = kernels['edge-detection']?.clone().requiresGrad_().named('edge kernel');
if (kernel === undefined) throw new Error('no kernel for edges');
const { trace } = record(() => square(filter(x, kernel)).mean().named('strength').backward(), {
  title: 'edge detection',
});
if (kernel.grad !== null) print('\n∂(mean square of the edges)/∂kernel', kernel.grad, 2);
show(trace);
