// Grey pictures for the examples: reading them, and writing them side by side as PNG files into examples/out.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { decode, encode } from 'fast-png';

/** A grey picture, row by row from the top left: 0 is black, 1 is white. */
export interface Picture {
  width: number;
  height: number;
  data: Float32Array;
}

/** White pixels between two pictures. */
const GAP = 4;

/**
 * Reads a PNG file of examples/data as grey, whatever its colours and depth.
 *
 * @throws Error where the file has a palette.
 */
export function readPicture(name: string): Picture {
  const bytes = readFileSync(new URL(`./data/${name}`, import.meta.url));
  const { width, height, data, depth, channels, palette } = decode(bytes);
  if (palette !== undefined) throw new Error(`${name}: a picture with a palette cannot be read`);
  const white = 2 ** depth - 1;
  const grey = Float32Array.from({ length: width * height }, (_, pixel) => {
    const at = (channel: number): number => (data[pixel * channels + channel] ?? 0) / white;
    // Rec. 601 luma; one or two channels are grey and perhaps opacity.
    return channels < 3 ? at(0) : 0.299 * at(0) + 0.587 * at(1) + 0.114 * at(2);
  });
  return { width, height, data: grey };
}

/**
 * The picture in the last two dimensions of a tensor.
 *
 * @throws Error where the tensor holds more than one.
 */
export function toPicture(tensor: {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}): Picture {
  const [height = 1, width = 1] = tensor.shape.slice(-2);
  const data = Float32Array.from(tensor.data);
  if (data.length !== width * height) {
    throw new Error(`[${tensor.shape.join(', ')}] is not the shape of one picture`);
  }
  return { width, height, data };
}

/** The picture with 0 as middle grey, and black and white as far from it as its largest magnitude. */
export function symmetric({ width, height, data }: Picture): Picture {
  const most = data.reduce((m, x) => Math.max(m, Math.abs(x)), 0) || 1;
  return { width, height, data: data.map(x => 0.5 + x / (2 * most)) };
}

/** The picture with each pixel as a square of `times` × `times`. */
export function enlarged({ width, height, data }: Picture, times: number): Picture {
  const wide = width * times;
  const pixels = Float32Array.from(
    { length: wide * height * times },
    (_, i) => data[Math.floor(i / wide / times) * width + Math.floor((i % wide) / times)] ?? 0,
  );
  return { width: wide, height: height * times, data: pixels };
}

/**
 * Writes pictures side by side as examples/out/`name`.png and returns that path. What is below 0 becomes black, what is
 * above 1 white.
 */
export function writePicture(name: string, ...pictures: Picture[]): string {
  const height = Math.max(...pictures.map(picture => picture.height));
  const width = pictures.reduce((sum, picture) => sum + picture.width + GAP, -GAP);
  const pixels = new Uint8Array(width * height).fill(255);
  let left = 0;
  for (const picture of pictures) {
    picture.data.forEach((x, i) => {
      const row = Math.floor(i / picture.width);
      const level = Math.round(255 * Math.min(Math.max(x, 0), 1));
      pixels[row * width + left + (i % picture.width)] = level;
    });
    left += picture.width + GAP;
  }
  const folder = new URL('./out/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  const png = encode({ width, height, data: pixels, channels: 1, depth: 8 });
  writeFileSync(new URL(`${name}.png`, folder), png);
  return `examples/out/${name}.png`;
}
