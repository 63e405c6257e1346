// The matrix product as WebAssembly text: packing, the register tiles, and the loops over tiles.
//
// m, n, k   rows of the left operand and of the result, columns of the right operand and of the result, depth
// panel     4 rows of the left operand, or 8 columns of the right one, interleaved along k as a tile reads them
// tile      up to 4 × 8 elements of the result, held in vector registers over the whole depth

/** Rows in a panel of the left operand. */
export const ROWS = 4;
/** Columns in a panel of the right operand. */
export const COLUMNS = 8;
/** Rows of the left operand that stay in the second-level cache while the columns pass: 128 × 256 × 4 bytes. */
const CACHED_ROWS = 128;
/** Where tiles with less than 8 valid columns go before those are copied: the start of the arena. */
const EDGE = 0;
/** What the kernels keep for themselves at the start of the arena, in bytes. */
export const RESERVED = EDGE + CACHED_ROWS * COLUMNS * 4;

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const get = (name: string): string => `(local.get $${name})`;
const locals = (type: string, names: readonly string[]): string =>
  names.map(name => `(local $${name} ${type})`).join(' ');
const parameters = (...names: readonly string[]): string =>
  names.map(name => `(param $${name} i32)`).join(' ');
const bump = (name: string, by: string | number): string =>
  `(local.set $${name} (i32.add ${get(name)} ${typeof by === 'number' ? `(i32.const ${by})` : by}))`;
/** `left · by`, for a constant power of two as a shift. */
const shift = (name: string, by: number): string =>
  `(local.set $${name} (i32.shl ${get(name)} (i32.const ${by})))`;

/** The functions of the module; see {@link GemmKernels} for what the exported ones do. */
export function gemmText(fused: boolean): string {
  return [
    tiles(4, 8, fused),
    tiles(4, 4, fused),
    tiles(2, 8, fused),
    tiles(1, 8, fused),
    allTiles(),
    copyEdge(),
    multiply(),
    copyGroup(8),
    copyGroup(4),
    transposeGroup(),
    gatherGroup(),
    packGroup(),
    pack('packLeft', ROWS),
    pack('packRight', COLUMNS),
  ].join('\n');
}

/**
 * Tiles below each other, $count of them, over the whole depth: c ← left panel · right panel, or c ← c + … where $add
 * is set.
 *
 * V8 hoists the loads of a basic block to its top and has 15 vector registers, which 8 sums + 2 columns + 4 rows and a
 * product just fill. So the two steps of the loop are parted by a branch (where an odd depth leaves the loop), and the
 * addresses are moved on before they are used, which spares widening them.
 */
function tiles(rows: number, columns: number, fused: boolean): string {
  const vectors = range(columns / 4);
  const cells = range(rows).flatMap(row => vectors.map(vector => ({ row, vector })));
  const each = (of: (sum: string, row: number, vector: number) => string): string =>
    cells.map(({ row, vector }) => of(`s${row}_${vector}`, row, vector)).join('\n');
  const product = (a: string, b: string, sum: string): string =>
    fused ? `(f32x4.relaxed_madd ${a} ${b} ${sum})` : `(f32x4.add ${sum} (f32x4.mul ${a} ${b}))`;
  const step = (index: number): string => {
    const loadRow = (row: number): string => {
      const offset = 4 * (ROWS * index + row);
      return `(local.set $a${row} (v128.load32_splat offset=${offset} ${get('a')}))`;
    };
    const loadColumns = (vector: number): string => {
      const offset = 4 * COLUMNS * index + 16 * vector;
      return `(local.set $b${vector} (v128.load offset=${offset} ${get('b')}))`;
    };
    return `${range(rows).map(loadRow).join('\n')}
      ${vectors.map(loadColumns).join('\n')}
      ${each((sum, row, vector) => `(local.set $${sum} ${product(get(`a${row}`), get(`b${vector}`), get(sum))})`)}`;
  };
  const place = (row: number, vector: number): string => `offset=${16 * vector} ${get(`c${row}`)}`;
  const later = range(rows).slice(1);
  return `(func $tiles${rows}x${columns} ${parameters('count', 'k', 'left', 'right', 'c0', 'ld', 'add')}
    ${locals('i32', ['a', 'b', 'last', 'end', ...later.map(row => `c${row}`)])}
    ${locals('v128', [...range(rows).map(row => `a${row}`), ...vectors.map(v => `b${v}`)])}
    ${each(sum => `(local $${sum} v128)`)}
    ${bump('left', -8 * ROWS)}
    ${bump('right', -8 * COLUMNS)}
    (loop $tile
      (local.set $a ${get('left')})
      (local.set $b ${get('right')})
      (local.set $left (i32.add ${get('left')} (i32.shl ${get('k')} (i32.const 4))))
      (local.set $last (i32.add ${get('left')} (i32.const ${4 * ROWS})))
      (local.set $end ${get('left')})
      ${each(sum => `(local.set $${sum} (v128.const i32x4 0 0 0 0))`)}
      (block $done (loop $depth
        ${bump('a', 8 * ROWS)}
        ${bump('b', 8 * COLUMNS)}
        ${step(0)}
        (br_if $done (i32.eq ${get('a')} ${get('last')}))
        ${step(1)}
        (br_if $depth (i32.lt_u ${get('a')} ${get('end')}))))
      ${later.map(row => `(local.set $c${row} (i32.add ${get(`c${row - 1}`)} ${get('ld')}))`).join('\n')}
      (if ${get('add')} (then
        ${each((sum, row, vector) => `(local.set $${sum} (f32x4.add (v128.load ${place(row, vector)}) ${get(sum)}))`)}))
      ${each((sum, row, vector) => `(v128.store ${place(row, vector)} ${get(sum)})`)}
      (local.set $c0 (i32.add ${get(`c${rows - 1}`)} ${get('ld')}))
      (br_if $tile (local.tee $count (i32.sub ${get('count')} (i32.const 1))))))`;
}

/** The tiles of $rows rows: whole panels, narrow ones where only 4 columns are wanted, and then the rows left. */
function allTiles(): string {
  const call = (size: string, count: string): string =>
    `(call $tiles${size} ${count} ${['k', 'left', 'right', 'c', 'ld', 'add'].map(get).join(' ')})`;
  const one = '(i32.const 1)';
  const product = (...factors: readonly string[]): string =>
    factors.reduce((left, right) => `(i32.mul ${left} ${right})`);
  return `(func $allTiles ${parameters('narrow', 'rows', 'k', 'left', 'right', 'c', 'ld', 'add')}
    ${locals('i32', ['count'])}
    (local.set $count (i32.shr_u ${get('rows')} (i32.const 2)))
    (if ${get('count')} (then
      (if ${get('narrow')} (then ${call('4x4', get('count'))}) (else ${call('4x8', get('count'))}))
      ${bump('left', product(get('k'), get('count'), `(i32.const ${4 * ROWS})`))}
      ${bump('c', product(get('ld'), get('count'), `(i32.const ${ROWS})`))}))
    (if (i32.and ${get('rows')} (i32.const 2)) (then
      ${call('2x8', one)}
      ${bump('left', 8)}
      ${bump('c', `(i32.shl ${get('ld')} ${one})`)}))
    (if (i32.and ${get('rows')} ${one}) (then ${call('1x8', one)})))`;
}

/** From the edge buffer to its place, element by element. */
function copyEdge(): string {
  const index = `(i32.shl ${get('j')} (i32.const 2))`;
  const from = `(f32.load offset=${EDGE} (i32.add ${get('at')} ${index}))`;
  return `(func $copyEdge ${parameters('rows', 'columns', 'c', 'ld', 'add')}
    ${locals('i32', ['at', 'j', 'to'])}
    (loop $row
      (local.set $j (i32.const 0))
      (loop $column
        (local.set $to (i32.add ${get('c')} ${index}))
        (f32.store ${get('to')}
          (if (result f32) ${get('add')}
            (then (f32.add (f32.load ${get('to')}) ${from}))
            (else ${from})))
        ${bump('j', 1)}
        (br_if $column (i32.lt_u ${get('j')} ${get('columns')})))
      ${bump('c', get('ld'))}
      ${bump('at', 4 * COLUMNS)}
      (br_if $row (local.tee $rows (i32.sub ${get('rows')} (i32.const 1))))))`;
}

/** All tiles of a product of packed operands. A panel of the right one stays in the first-level cache meanwhile. */
function multiply(): string {
  const least = (a: string, b: string): string => `(select ${a} ${b} (i32.lt_u ${a} ${b}))`;
  const call = (narrow: string, ...to: readonly string[]): string =>
    `(call $allTiles ${narrow} ${['rows', 'k', 'left', 'b'].map(get).join(' ')} ${to.join(' ')})`;
  const direct = [get('to'), get('ld'), get('add')];
  const aside = [`(i32.const ${EDGE})`, `(i32.const ${4 * COLUMNS})`, '(i32.const 0)'];
  return `(func (export "multiply") ${parameters('m', 'n', 'k', 'left', 'right', 'c', 'ld', 'add')}
    ${locals('i32', ['rows', 'columns', 'j', 'b', 'to', 'rightStep'])}
    ${shift('ld', 2)}
    (local.set $rightStep (i32.mul ${get('k')} (i32.const ${4 * COLUMNS})))
    (loop $block
      (local.set $rows ${least(get('m'), `(i32.const ${CACHED_ROWS})`)})
      (local.set $j (i32.const 0))
      (local.set $b ${get('right')})
      (local.set $to ${get('c')})
      (loop $column
        (local.set $columns (i32.sub ${get('n')} ${get('j')}))
        (if (i32.ge_u ${get('columns')} (i32.const ${COLUMNS}))
          (then ${call('(i32.const 0)', ...direct)})
          (else
            ${call(`(i32.le_u ${get('columns')} (i32.const 4))`, ...aside)}
            (call $copyEdge ${['rows', 'columns', 'to', 'ld', 'add'].map(get).join(' ')})))
        ${bump('b', get('rightStep'))}
        ${bump('to', 4 * COLUMNS)}
        ${bump('j', COLUMNS)}
        (br_if $column (i32.lt_u ${get('j')} ${get('n')})))
      (local.set $left (i32.add ${get('left')} (i32.mul ${get('k')} (i32.const ${4 * CACHED_ROWS}))))
      (local.set $c (i32.add ${get('c')} (i32.mul ${get('ld')} (i32.const ${CACHED_ROWS}))))
      (br_if $block (local.tee $m (i32.sub ${get('m')} ${get('rows')})))))`;
}

/** $width lines that lie beside each other in the source: each step of the depth is a copy. */
function copyGroup(width: number): string {
  const vectors = range(width / 4);
  return `(func $copy${width} ${parameters('to', 'from', 'depth', 'depthStride', 'step')}
    (loop $next
      ${vectors
        .map(
          v =>
            `(v128.store offset=${16 * v} ${get('to')} (v128.load offset=${16 * v} ${get('from')}))`,
        )
        .join('\n')}
      ${bump('to', get('step'))}
      ${bump('from', get('depthStride'))}
      (br_if $next (local.tee $depth (i32.sub ${get('depth')} (i32.const 1))))))`;
}

/** Four lines that are contiguous along the depth: transposed in blocks of 4 × 4. $depth is a multiple of 4. */
function transposeGroup(): string {
  const shuffle = (lanes: string, a: string, b: string): string =>
    `(i8x16.shuffle ${lanes} ${get(a)} ${get(b)})`;
  const words = (...lanes: readonly number[]): string =>
    lanes.flatMap(lane => range(4).map(byte => 4 * lane + byte)).join(' ');
  const low = words(0, 4, 1, 5);
  const high = words(2, 6, 3, 7);
  const lowPair = words(0, 1, 4, 5);
  const highPair = words(2, 3, 6, 7);
  const rows = ['from', 'from1', 'from2', 'from3'];
  return `(func $transpose4 ${parameters('to', 'from', 'depth', 'lineStride', 'step')}
    ${locals('i32', ['from1', 'from2', 'from3', 'to1', 'to2', 'to3', 'leap'])}
    ${locals('v128', ['r0', 'r1', 'r2', 'r3', 'p0', 'p1', 'p2', 'p3'])}
    ${range(3)
      .map(
        i =>
          `(local.set $${rows[i + 1]} (i32.add ${get(rows[i] ?? '')} ${get('lineStride')}))
    (local.set $to${i + 1} (i32.add ${get(i === 0 ? 'to' : `to${i}`)} ${get('step')}))`,
      )
      .join('\n')}
    (local.set $leap (i32.shl ${get('step')} (i32.const 2)))
    (loop $next
      ${rows.map((row, i) => `(local.set $r${i} (v128.load ${get(row)}))`).join('\n')}
      (local.set $p0 ${shuffle(low, 'r0', 'r1')})
      (local.set $p1 ${shuffle(low, 'r2', 'r3')})
      (local.set $p2 ${shuffle(high, 'r0', 'r1')})
      (local.set $p3 ${shuffle(high, 'r2', 'r3')})
      (v128.store ${get('to')} ${shuffle(lowPair, 'p0', 'p1')})
      (v128.store ${get('to1')} ${shuffle(highPair, 'p0', 'p1')})
      (v128.store ${get('to2')} ${shuffle(lowPair, 'p2', 'p3')})
      (v128.store ${get('to3')} ${shuffle(highPair, 'p2', 'p3')})
      ${rows.map(row => bump(row, 16)).join('\n')}
      ${['to', 'to1', 'to2', 'to3'].map(to => bump(to, get('leap'))).join('\n')}
      (br_if $next (local.tee $depth (i32.sub ${get('depth')} (i32.const 4))))))`;
}

/** Up to four lines with any strides, lane by lane; lanes without a line are zero. */
function gatherGroup(): string {
  const line = (i: number): string =>
    i === 0 ? get('from') : `(i32.add ${line(i - 1)} ${get('lineStride')})`;
  const lanes = (count: number): string =>
    range(count).reduce(
      (vector, i) =>
        i === 0 ? `(v128.load32_zero ${line(0)})` : `(v128.load32_lane ${i} ${line(i)} ${vector})`,
      '',
    );
  const loop = (count: number): string => `(loop $next
      (v128.store ${get('to')} ${lanes(count)})
      ${bump('to', get('step'))}
      ${bump('from', get('depthStride'))}
      (br_if $next (local.tee $depth (i32.sub ${get('depth')} (i32.const 1)))))`;
  const parts = [1, 2, 3, 4].map(
    count => `(func $gather${count} ${parameters('to', 'from', 'depth', 'lineStride', 'depthStride', 'step')}
    ${loop(count)})`,
  );
  return parts.join('\n');
}

/** Up to four lines into their half or whole panel, by the fastest way that their strides allow. */
function packGroup(): string {
  const whole = `(i32.and ${get('depth')} (i32.const -4))`;
  return `(func $packGroup ${parameters('to', 'from', 'lines', 'depth', 'lineStride', 'depthStride', 'step')}
    ${locals('i32', ['whole'])}
    (if (i32.ge_u ${get('lines')} (i32.const 4)) (then
      (if (i32.eq ${get('lineStride')} (i32.const 4)) (then
        (call $copy4 ${['to', 'from', 'depth', 'depthStride', 'step'].map(get).join(' ')})
        (return)))
      (if (i32.eq ${get('depthStride')} (i32.const 4)) (then
        (local.set $whole ${whole})
        (if ${get('whole')} (then
          (call $transpose4 ${['to', 'from', 'whole', 'lineStride', 'step'].map(get).join(' ')})
          (local.set $to (i32.add ${get('to')} (i32.mul ${get('whole')} ${get('step')})))
          (local.set $from (i32.add ${get('from')} (i32.shl ${get('whole')} (i32.const 2))))
          (local.set $depth (i32.sub ${get('depth')} ${get('whole')}))))
        (if (i32.eqz ${get('depth')}) (then (return)))))
      ${gather(4)}
      (return)))
    ${[1, 2, 3]
      .map(count => `(if (i32.eq ${get('lines')} (i32.const ${count})) (then ${gather(count)}))`)
      .join('\n')})`;
}

const gather = (count: number): string =>
  `(call $gather${count} ${['to', 'from', 'depth', 'lineStride', 'depthStride', 'step'].map(get).join(' ')})`;

/** All panels of an operand: $lines of $depth elements each, strides in elements. */
function pack(name: string, width: number): string {
  const group = (first: number): string => {
    const at = (base: string, offset: string): string =>
      first === 0 ? get(base) : `(i32.add ${get(base)} ${offset})`;
    const left = first === 0 ? get('lines') : `(i32.sub ${get('lines')} (i32.const ${first}))`;
    const call = `(call $packGroup ${at('to', `(i32.const ${4 * first})`)}
      ${at('from', `(i32.mul ${get('lineStride')} (i32.const ${first}))`)}
      ${left} ${get('depth')} ${get('lineStride')} ${get('depthStride')} (i32.const ${4 * width}))`;
    return first === 0 ? call : `(if (i32.gt_s ${left} (i32.const 0)) (then ${call}))`;
  };
  const groups = range(width / 4)
    .map(i => group(4 * i))
    .join('\n');
  const body =
    width === 4
      ? groups
      : `(if (i32.and (i32.ge_s ${get('lines')} (i32.const ${width})) (i32.eq ${get('lineStride')} (i32.const 4)))
        (then (call $copy${width} ${['to', 'from', 'depth', 'depthStride'].map(get).join(' ')} (i32.const ${4 * width})))
        (else ${groups}))`;
  return `(func (export "${name}") ${parameters('to', 'from', 'lines', 'depth', 'lineStride', 'depthStride')}
    ${locals('i32', ['toStep', 'fromStep'])}
    ${shift('lineStride', 2)}
    ${shift('depthStride', 2)}
    (local.set $toStep (i32.mul ${get('depth')} (i32.const ${4 * width})))
    (local.set $fromStep (i32.mul ${get('lineStride')} (i32.const ${width})))
    (loop $panel
      ${body}
      ${bump('to', get('toStep'))}
      ${bump('from', get('fromStep'))}
      (local.set $lines (i32.sub ${get('lines')} (i32.const ${width})))
      (br_if $panel (i32.gt_s ${get('lines')} (i32.const 0)))))`;
}
