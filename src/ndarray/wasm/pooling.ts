// Maximum pools in float32, four windows at a time: planes are padded with −∞ in the arena, and the tables of ../im2col.ts
// say where the elements of each window are.

import { type Geometry, type Layout, layoutOf, pad } from '../im2col.ts';
import { hasSimd, instantiate } from './assemble.ts';
import { FREE } from './gemm-kernels.ts';
import { aligned, reserve } from './memory.ts';

/**
 * For each of n places the largest of k elements and its byte offset in the plane, to `values` and `at`. Tables hold byte
 * offsets; that of the places, `values` and `at` have room for a multiple of 4.
 */
type MaxWindows = (
  plane: number,
  places: number,
  n: number,
  taps: number,
  k: number,
  values: number,
  at: number,
) => void;

const get = (name: string): string => `(local.get $${name})`;
const set = (name: string, to: string): string => `(local.set $${name} ${to})`;
const add = (a: string, b: string): string => `(i32.add ${a} ${b})`;
const bump = (name: string, by: number): string => set(name, add(get(name), `(i32.const ${by})`));

function text(): string {
  const lanes = [0, 1, 2, 3];
  const place = (lane: number): string => `(i32.load offset=${4 * lane} ${get('places')})`;
  const from = (lane: number): string => add(get(`p${lane}`), get('tap'));
  const gathered = lanes
    .slice(1)
    .reduce(
      (vector, lane) => `(v128.load32_lane ${lane} ${from(lane)} ${vector})`,
      `(v128.load32_zero ${from(0)})`,
    );
  const loop = (name: string, vector: string): string => `(loop $${name}
      ${set('tap', `(i32.load ${get('t')})`)}
      ${set('v', vector)}
      ${set('wins', `(v128.or (f32x4.gt ${get('v')} ${get('best')}) (f32x4.ne ${get('v')} ${get('v')}))`)}
      ${set('best', `(v128.bitselect ${get('v')} ${get('best')} ${get('wins')})`)}
      ${set('where', `(v128.bitselect (i32x4.splat ${get('tap')}) ${get('where')} ${get('wins')})`)}
      ${bump('t', 4)}
      (br_if $${name} (i32.lt_u ${get('t')} ${get('end')})))`;
  const params = ['plane', 'places', 'n', 'taps', 'k', 'values', 'at'];
  return `(func (export "maxWindows") ${params.map(name => `(param $${name} i32)`).join(' ')}
    ${['p0', 'p1', 'p2', 'p3', 't', 'tap', 'end'].map(name => `(local $${name} i32)`).join(' ')}
    ${['v', 'best', 'wins', 'where'].map(name => `(local $${name} v128)`).join(' ')}
    ${set('end', add(get('taps'), `(i32.shl ${get('k')} (i32.const 2))`))}
    (loop $group
      ${lanes.map(lane => set(`p${lane}`, add(get('plane'), place(lane)))).join('\n')}
      ${set('best', '(f32x4.splat (f32.const -inf))')}
      ${set('where', `(i32x4.splat (i32.load ${get('taps')}))`)}
      ${set('t', get('taps'))}
      (if (i32.eq (i32.sub ${get('p3')} ${get('p0')}) (i32.const 12))
        (then ${loop('row', `(v128.load ${from(0)})`)})
        (else ${loop('lanes', gathered)}))
      (v128.store ${get('values')} ${get('best')})
      (v128.store ${get('at')} (i32x4.add ${get('where')} (v128.load ${get('places')})))
      ${bump('places', 16)}
      ${bump('values', 16)}
      ${bump('at', 16)}
      (br_if $group (i32.gt_s (local.tee $n (i32.sub ${get('n')} (i32.const 4))) (i32.const 0)))))`;
}

/** Up to this many elements of windows the plain loops are as fast. */
const SMALL = 1 << 12;

let kernel: MaxWindows | null | undefined;

function assembleKernel(): MaxWindows | null {
  if (!hasSimd()) return null;
  try {
    return instantiate(text(), ['maxWindows']).maxWindows as MaxWindows;
  } catch (error) {
    if (error instanceof RangeError || error instanceof WebAssembly.CompileError) return null;
    throw error;
  }
}

/**
 * The maxima of the windows of planes to `values`, or their flat places to `places`; −1 where nothing but −∞ is in a
 * window that starts in the padding. Returns false, and has written nothing, where the plain loops should do it.
 */
export function maxWindowsF32(
  x: unknown,
  planes: number,
  geometry: Geometry,
  values: Float32Array | null,
  places: Int32Array | null,
): boolean {
  if (!(x instanceof Float32Array)) return false;
  const layout = layoutOf(geometry, 1);
  const n = layout.places.length;
  const k = layout.taps.length;
  if (planes * n * k <= SMALL) return false;
  if (kernel === undefined) kernel = assembleKernel();
  if (kernel === null) return false;
  const tapTable = FREE;
  const placeTable = aligned(tapTable + 4 * k);
  const best = aligned(placeTable + 4 * n + 16);
  const at = aligned(best + 4 * n + 16);
  const plane = aligned(at + 4 * n + 16);
  const arena = reserve(plane + 4 * layout.image);
  const whole = new Int32Array(arena.buffer);
  writeTables(whole, tapTable / 4, placeTable / 4, layout);
  arena.fill(Number.NEGATIVE_INFINITY, plane / 4, plane / 4 + layout.image);
  const size = x.length / planes;
  const flat = flatPlaces(layout);
  for (let i = 0; i < planes; i++) {
    pad(arena, plane / 4, x, i * size, layout);
    kernel(plane, placeTable, n, tapTable, k, best, at);
    values?.set(arena.subarray(best / 4, best / 4 + n), i * n);
    if (places === null) continue;
    for (let j = 0; j < n; j++) {
      const place = (whole[at / 4 + j] as number) >> 2;
      places[i * n + j] = flat === null ? place : (flat[place] as number);
    }
  }
  return true;
}

function writeTables(to: Int32Array, taps: number, places: number, layout: Layout): void {
  layout.taps.forEach((tap, k) => {
    to[taps + k] = 4 * tap;
  });
  const { length } = layout.places;
  // The last group of four is filled up with the last place.
  for (let j = 0; j < length + 3; j++) {
    to[places + j] = 4 * (layout.places[Math.min(j, length - 1)] as number);
  }
}

/** For each element of a padded plane its flat place in the plane, or −1; null where both are the same. */
function flatPlaces({ rows, row, image }: Layout): Int32Array | null {
  if (row === image) return null;
  const flat = new Int32Array(image).fill(-1);
  for (let r = 0; r < rows.length; r++) {
    for (let k = 0; k < row; k++) flat[(rows[r] as number) + k] = r * row + k;
  }
  return flat;
}
