// An element of a result as the sum of its terms, and the gradient of an element of an input as the sum of its parts; each
// checked against the number in the trace.

import { formatCount, formatNumber, formatShort } from '../../../model/format.ts';
import { agrees, type Made, type Parts } from '../../../model/window-numbers.ts';
import { placeOf, type TensorWindow } from '../../../model/windows.ts';

/** More terms than this are summed up in words: those that count most are shown. */
const MOST_ROWS = 12;

/** The rows that are shown: all in order, or the largest. */
function leading<T>(rows: readonly T[], sizeOf: (row: T) => number): readonly T[] {
  if (rows.length <= MOST_ROWS) return rows;
  const size = (row: T): number => {
    const x = Math.abs(sizeOf(row));
    return Number.isNaN(x) ? Number.POSITIVE_INFINITY : x;
  };
  return [...rows]
    .sort((a, b) => (size(a) === size(b) ? 0 : size(b) - size(a)))
    .slice(0, MOST_ROWS);
}

interface Common {
  found: TensorWindow;
  cell: number;
  names: readonly string[];
  single: boolean;
}

export function MadeText(props: Common & { made: Made; result: number | undefined }) {
  const { found, cell, names, single, made, result } = props;
  const { kind } = found;
  const place = (side: number, flat: number | undefined): string =>
    elementOf(found, names, side, flat);
  const sides = found.sides.map((_, k) => k).filter(k => k > 0 && !found.added.includes(k));
  // In a maximum and a share the products are no summands.
  const summands = kind === 'sum' || kind === 'mean';
  const sizes = summands ? made.products.map(({ product }) => product * made.scale) : [];
  const added = made.added.map(({ value }) => value);
  return (
    <>
      <table class="ledger window-table" data-testid="window-made">
        <caption>
          {place(0, cell)} is {WORDS[kind]}
        </caption>
        <thead>
          <tr>
            <th scope="col">{sides.map(side => names[side]).join(' · ')}</th>
            <th scope="col">elements</th>
            <th scope="col">{kind === 'share' ? 'share' : sides.length > 1 ? 'product' : ''}</th>
          </tr>
        </thead>
        <tbody>
          {leading(made.products, ({ product }) => product).map(({ term, factors, product }, k) => (
            <tr key={k} class={kind === 'max' && product === 1 ? 'now' : ''}>
              <th scope="row">{sides.map(side => indices(found, side, term[side])).join(' · ')}</th>
              <td>{factors.map(x => formatShort(x, 4)).join(' · ')}</td>
              <td>
                {kind === 'max'
                  ? product === 1
                    ? '← taken'
                    : ''
                  : factors.length > 1 || kind === 'share'
                    ? formatNumber(product)
                    : ''}
              </td>
            </tr>
          ))}
          {made.added.map(({ side, cell: at, value }) => (
            <tr key={side}>
              <th scope="row">+ {place(side, at)}</th>
              <td />
              <td>{formatNumber(value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <More count={made.products.length - MOST_ROWS} />
      {made.scale !== 1 && <p class="hint">the sum times {formatShort(made.scale)}</p>}
      <Check
        {...{ single, sum: made.result, whole: result, sizes: [...sizes, ...added], cut: made.cut }}
        good="the element itself"
      />
    </>
  );
}

const WORDS = {
  sum: 'the sum of',
  mean: 'the mean of',
  max: 'the largest of',
  share: 'its share in exp of',
} as const;

export function PartsText(
  props: Common & { side: number; parts: Parts; whole: number | undefined },
) {
  const { found, side, cell, names, single, parts, whole } = props;
  return (
    <>
      <table class="ledger window-table" data-testid="window-parts">
        <caption>the gradient of {elementOf(found, names, side, cell)}</caption>
        <thead>
          <tr>
            <th scope="col">through {names[0]}</th>
            <th scope="col">upstream</th>
            <th scope="col">× local</th>
            <th scope="col">= part</th>
          </tr>
        </thead>
        <tbody>
          {leading(parts.parts, ({ part }) => part).map(({ term, upstream, local, part }, k) => (
            <tr key={k}>
              <th scope="row">{indices(found, 0, term[0])}</th>
              <td>{formatShort(upstream, 4)}</td>
              <td>{formatShort(local, 4)}</td>
              <td>{formatNumber(part, 4)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <More count={parts.parts.length - MOST_ROWS} />
      <Check
        {...{ single, whole, sum: parts.sum, cut: parts.cut }}
        sizes={parts.parts.map(({ part }) => part)}
        good="what the op contributed to its gradient"
      />
    </>
  );
}

function More({ count }: { count: number }) {
  return count > 0 ? (
    <p class="more">and {formatCount(count)} smaller ones, which are in the sum</p>
  ) : null;
}

interface CheckProps {
  sum: number;
  whole: number | undefined;
  sizes: readonly number[];
  single: boolean;
  cut: boolean;
  good: string;
}

function Check({ sum, whole, sizes, single, cut, good }: CheckProps) {
  if (cut) return null;
  const right = whole === undefined || agrees(sum, whole, sizes, single);
  return (
    <p class={right ? 'check good' : 'check bad'} data-testid="window-check">
      {whole === undefined
        ? `= ${formatNumber(sum, 6)}`
        : right
          ? `✓ = ${formatNumber(whole, 6)}, ${good}`
          : `✗ = ${formatNumber(sum, 8)}, but the trace has ${formatNumber(whole, 8)}`}
    </p>
  );
}

/** `[0, 2]`: the place of an element on a side. */
function indices({ sides }: TensorWindow, side: number, flat: number | undefined): string {
  return placeOf(flat ?? 0, sides[side]?.shape ?? []);
}

/** `x[0, 2]`: an element by its name and place. */
function elementOf(
  { sides }: TensorWindow,
  names: readonly string[],
  side: number,
  flat: number | undefined,
): string {
  const shape = sides[side]?.shape ?? [];
  const name = names[side] ?? '';
  return shape.length === 0 ? name : `${name}${placeOf(flat ?? 0, shape)}`;
}
