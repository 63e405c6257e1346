// Windows of padded images to and from the panels of a matrix product, as WebAssembly text. Two tables of byte offsets say
// where the elements are: element (p, j) of the matrix of columns is at image + depths[p] + lines[j]. Both tables rise, so
// that four entries whose ends are 12 bytes apart are neighbours.

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const get = (name: string): string => `(local.get $${name})`;
const set = (name: string, to: string): string => `(local.set $${name} ${to})`;
const constant = (n: number): string => `(i32.const ${n})`;
const add = (a: string, b: string): string => `(i32.add ${a} ${b})`;
const bump = (name: string, by: string | number): string =>
  set(name, add(get(name), typeof by === 'number' ? constant(by) : by));
const parameters = (...names: readonly string[]): string =>
  names.map(name => `(param $${name} i32)`).join(' ');
const locals = (type: string, ...names: readonly string[]): string =>
  names.map(name => `(local $${name} ${type})`).join(' ');
/** Entry `k` of the table at an address. */
const entry = (table: string, k = 0): string => `(i32.load offset=${4 * k} ${get(table)})`;
/** Whether `count` entries from an address on are neighbours. */
const neighbours = (table: string, count: number): string =>
  `(i32.eq (i32.sub ${entry(table, count - 1)} ${entry(table)}) ${constant(4 * (count - 1))})`;

/** The functions of the module; see {@link WindowKernels} for what the exported ones do. */
export function windowsText(): string {
  return [copyLines(8), copyLines(4), weaveLines(), packWindows(), addWindows()].join('\n');
}

/** Lines that are neighbours: each step of the depth is a copy. */
function copyLines(width: number): string {
  const vectors = range(width / 4);
  const move = (v: number): string =>
    `(v128.store offset=${16 * v} ${get('to')} (v128.load offset=${16 * v} ${get('from')}))`;
  return `(func $copy${width} ${parameters('to', 'image', 'depths', 'k')} ${locals('i32', 'from')}
    (loop $next
      ${set('from', add(get('image'), entry('depths')))}
      ${vectors.map(move).join('\n')}
      ${bump('to', 32)}
      ${bump('depths', 4)}
      (br_if $next (local.tee $k (i32.sub ${get('k')} ${constant(1)})))))`;
}

/** Four lines anywhere: transposed in blocks of 4 × 4 where the depths are neighbours, else element by element. */
function weaveLines(): string {
  const words = (...lanes: readonly number[]): string =>
    lanes.flatMap(lane => range(4).map(byte => 4 * lane + byte)).join(' ');
  const shuffle = (lanes: string, a: string, b: string): string =>
    `(i8x16.shuffle ${lanes} ${get(a)} ${get(b)})`;
  const [low, high] = [words(0, 4, 1, 5), words(2, 6, 3, 7)];
  const [first, last] = [words(0, 1, 4, 5), words(2, 3, 6, 7)];
  const line = (i: number): string => add(get(`line${i}`), get('depth'));
  const store = (row: number, value: string): string =>
    `(v128.store offset=${32 * row} ${get('to')} ${value})`;
  const lanes = range(3).reduce(
    (vector, i) => `(v128.load32_lane ${i + 1} ${line(i + 1)} ${vector})`,
    `(v128.load32_zero ${line(0)})`,
  );
  return `(func $weave ${parameters('to', 'line0', 'line1', 'line2', 'line3', 'depths', 'k')}
    ${locals('i32', 'depth')} ${locals('v128', 'r0', 'r1', 'r2', 'r3', 'p0', 'p1', 'p2', 'p3')}
    (loop $next
      ${set('depth', entry('depths'))}
      (block $one
        (br_if $one (i32.lt_s ${get('k')} ${constant(4)}))
        (br_if $one (i32.eqz ${neighbours('depths', 4)}))
        ${range(4)
          .map(i => set(`r${i}`, `(v128.load ${line(i)})`))
          .join('\n')}
        ${set('p0', shuffle(low, 'r0', 'r1'))}
        ${set('p1', shuffle(low, 'r2', 'r3'))}
        ${set('p2', shuffle(high, 'r0', 'r1'))}
        ${set('p3', shuffle(high, 'r2', 'r3'))}
        ${store(0, shuffle(first, 'p0', 'p1'))}
        ${store(1, shuffle(last, 'p0', 'p1'))}
        ${store(2, shuffle(first, 'p2', 'p3'))}
        ${store(3, shuffle(last, 'p2', 'p3'))}
        ${bump('to', 128)}
        ${bump('depths', 16)}
        (br_if $next (local.tee $k (i32.sub ${get('k')} ${constant(4)})))
        (return))
      (v128.store ${get('to')} ${lanes})
      ${bump('to', 32)}
      ${bump('depths', 4)}
      (br_if $next (local.tee $k (i32.sub ${get('k')} ${constant(1)})))))`;
}

function packWindows(): string {
  // Lines that the last panel lacks are read from its first one; nobody looks at them.
  const line = (i: number): string =>
    i === 0
      ? add(get('image'), entry('lines'))
      : add(
          get('image'),
          `(i32.load (select ${add(get('lines'), constant(4 * i))} ${get('lines')} (i32.gt_s ${get('n')} ${constant(i)})))`,
        );
  const half = `(if (i32.and (i32.ge_s ${get('n')} ${constant(4)}) ${neighbours('lines', 4)})
      (then (call $copy4 ${get('to')} ${add(get('image'), entry('lines'))} ${get('depths')} ${get('k')}))
      (else (call $weave ${get('to')} ${range(4).map(line).join(' ')} ${get('depths')} ${get('k')})))`;
  return `(func (export "packWindows") ${parameters('to', 'image', 'lines', 'n', 'depths', 'k')} ${locals('i32', 'step')}
    ${set('step', `(i32.sub (i32.shl ${get('k')} ${constant(5)}) ${constant(16)})`)}
    (loop $panel
      (if (i32.and (i32.ge_s ${get('n')} ${constant(8)}) ${neighbours('lines', 8)})
        (then
          (call $copy8 ${get('to')} ${add(get('image'), entry('lines'))} ${get('depths')} ${get('k')})
          ${bump('to', 16)}
          ${bump('lines', 32)}
          ${bump('n', -8)})
        (else
          ${half}
          ${bump('to', 16)}
          ${bump('lines', 16)}
          ${bump('n', -4)}
          (if (i32.gt_s ${get('n')} ${constant(0)}) (then ${half}))
          ${bump('lines', 16)}
          ${bump('n', -4)}))
      ${bump('to', get('step'))}
      (br_if $panel (i32.gt_s ${get('n')} ${constant(0)}))))`;
}

function addWindows(): string {
  return `(func (export "addWindows") ${parameters('image', 'lines', 'n', 'depths', 'k', 'from')}
    ${locals('i32', 'base', 'line', 'end', 'safe', 'to')}
    ${set('end', add(get('lines'), `(i32.shl ${get('n')} ${constant(2)})`))}
    ${set('safe', add(get('end'), constant(-16)))}
    (loop $depth
      ${set('base', add(get('image'), entry('depths')))}
      ${set('line', get('lines'))}
      (block $done (loop $next
        ${set('to', add(get('base'), entry('line')))}
        (block $one
          (br_if $one (i32.gt_s ${get('line')} ${get('safe')}))
          (br_if $one (i32.eqz ${neighbours('line', 4)}))
          (v128.store ${get('to')} (f32x4.add (v128.load ${get('to')}) (v128.load ${get('from')})))
          ${bump('from', 16)}
          ${bump('line', 16)}
          (br_if $next (i32.lt_u ${get('line')} ${get('end')}))
          (br $done))
        (f32.store ${get('to')} (f32.add (f32.load ${get('to')}) (f32.load ${get('from')})))
        ${bump('from', 4)}
        ${bump('line', 4)}
        (br_if $next (i32.lt_u ${get('line')} ${get('end')}))))
      ${bump('depths', 4)}
      (br_if $depth (local.tee $k (i32.sub ${get('k')} ${constant(1)})))))`;
}
