// What the examples share: the digits, the pictures, and the way into the viewer.

import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { PIXELS, pick, readDigits, splitDigits } from '../examples/data.ts';
import {
  enlarged,
  type Picture,
  readPicture,
  symmetric,
  toPicture,
  writePicture,
} from '../examples/pictures.ts';
import { show } from '../examples/show.ts';

const root = new URL('..', import.meta.url);

const picture = (width: number, ...data: number[]): Picture => ({
  width,
  height: data.length / width,
  data: Float32Array.from(data),
});

describe('the digits', () => {
  const digits = readDigits();

  it('are 1,797 pictures of 64 pixels from 0 to 1', () => {
    expect(digits.labels).toHaveLength(1797);
    expect(digits.images).toHaveLength(1797 * PIXELS);
    expect(digits.images.reduce((a, b) => Math.min(a, b))).toBe(0);
    expect(digits.images.reduce((a, b) => Math.max(a, b))).toBe(1);
    expect([...digits.labels.slice(0, 10)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('are split into all but every sixth and every sixth', () => {
    const { train, held } = splitDigits(digits);
    expect([train.labels.length, held.labels.length]).toEqual([1498, 299]);
    expect([...train.labels.slice(0, 6)]).toEqual([0, 1, 2, 3, 4, 6]);
    expect([...held.labels.slice(0, 2)]).toEqual([5, digits.labels[11]]);
    expect(held.images.slice(PIXELS, 2 * PIXELS)).toEqual(
      digits.images.slice(11 * PIXELS, 12 * PIXELS),
    );
    expect(new Set(held.labels).size).toBe(10);
  });

  it('are picked in the order asked for', () => {
    const { images, labels } = pick(digits, [3, 0]);
    expect([...labels]).toEqual([3, 0]);
    expect(images.slice(PIXELS)).toEqual(digits.images.slice(0, PIXELS));
  });
});

describe('pictures', () => {
  it('reads the photograph, which is small', () => {
    const { width, height, data } = readPicture('photographer.png');
    expect([width, height, data.length]).toEqual([128, 128, 128 * 128]);
    expect(data.reduce((a, b) => a + b) / data.length).toBeCloseTo(0.506, 2);
    expect(statSync(new URL('examples/data/photographer.png', root)).size).toBeLessThan(40_000);
  });

  it('writes pictures side by side, clamped', () => {
    const path = writePicture(
      'test-of-pictures',
      picture(2, 0, 1, 0.5, -3),
      picture(1, 7, 0.2, Number.NaN),
    );
    expect(path).toBe('examples/out/test-of-pictures.png');
    const png = decode(readFileSync(new URL(path, root)));
    expect([png.width, png.height, png.channels, png.depth]).toEqual([7, 3, 1, 8]);
    const white = [255, 255, 255, 255];
    expect([...png.data]).toEqual([
      ...[0, 255, ...white, 255],
      ...[128, 0, ...white, 51],
      ...[255, 255, ...white, 0],
    ]);
  });

  it('centres on middle grey', () => {
    expect(symmetric(picture(2, 0, 1, -2, 2))).toEqual(picture(2, 0.5, 0.75, 0, 1));
    expect(symmetric(picture(1, 0))).toEqual(picture(1, 0.5));
  });

  it('enlarges', () => {
    expect(enlarged(picture(2, 1, 2), 2)).toEqual(picture(4, 1, 1, 2, 2, 1, 1, 2, 2));
  });

  it('takes the one picture in a tensor', () => {
    expect(toPicture({ shape: [1, 1, 1, 2], data: [3, 4] })).toEqual(picture(2, 3, 4));
    expect(() => toPicture({ shape: [2, 1, 2], data: [1, 2, 3, 4] })).toThrow('[2, 1, 2]');
  });
});

describe('show', () => {
  it('does nothing without --view', () => {
    expect(show({} as never)).toBeUndefined();
  });

  const built = existsSync(new URL('dist/viewer/index.html', root));
  it.skipIf(!built)('opens the viewer with --view and ends with it', async () => {
    const code = `
      import { record, value } from 'seegrad';
      import { show } from './examples/show.ts';
      const { trace } = record(() => value(3, { name: 'x' }).square().backward(), { title: 'shown' });
      show(trace);`;
    const flags = ['--import', 'tsx', '--input-type=module', '--eval', code, '--'];
    const example = spawn(process.execPath, [...flags, '--view', '--no-open', '--port', '0'], {
      cwd: fileURLToPath(root),
    });
    let output = '';
    const ended = new Promise(resolve => example.on('close', resolve));
    await new Promise<void>((resolve, reject) => {
      example.stderr.on('data', chunk => reject(new Error(String(chunk))));
      example.stdout.on('data', chunk => {
        output += chunk;
        if (output.includes('Viewer: http')) resolve();
      });
    });
    expect(output).toContain('shown: 2 nodes, 1 pass');
    example.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(output).toContain('stopped');
  });
});
