// The strongest paths, one a row: which share of the gradient, with its sign, and along which cards.

import { formatCount, formatNumber, formatSigned } from '../../../model/format.ts';
import { at, opOf } from '../../../model/model.ts';
import { formatPaths, type Path, type PathSum } from '../../../model/paths.ts';
import { signOf } from '../../../model/tone.ts';
import { flashes } from '../../flash.ts';
import { singlePlayback } from '../../store.ts';
import {
  isSecretFactor,
  lookAt,
  pathCardName,
  pointedPath,
  secret,
  visibleEdge,
} from './chosen.ts';
import { partialName, timeOf } from './factor.tsx';

/** Of a longer path only both ends are shown. */
const MOST_SHOWN = 9;
const TAIL = 4;

export function PathRows({ all }: { all: PathSum }) {
  if (all.top.every(({ edges }) => edges.length === 0)) return null;
  const widest = Math.max(...all.top.map(({ share }) => (Number.isFinite(share) ? share : 0)), 0);
  const lowest = Math.min(...all.top.map(({ share }) => (Number.isFinite(share) ? share : 0)), 0);
  return (
    <ol class="path-rows" aria-label="The strongest paths" data-testid="path-rows">
      {all.top.map((path, k) => (
        <li
          key={path.edges.join(' ')}
          class="path-row"
          data-testid="path-row"
          onPointerEnter={() => {
            pointedPath.value = k;
          }}
          onPointerLeave={() => {
            pointedPath.value = undefined;
          }}
        >
          <Share path={path} from={lowest} to={widest} />
          <Product path={path} all={all} />
          <Route path={path} all={all} />
        </li>
      ))}
      {all.rest.count > 0n && (
        <li class="path-rest" data-testid="path-rest">
          and {formatPaths(all.rest.count)} more {all.rest.count === 1n ? 'path' : 'paths'}
          {!secret.value && <RestTotal all={all} />}
        </li>
      )}
    </ol>
  );
}

/** Between tensors there is none. While it is a secret, its colour must not tell the sign. */
function Product({ path, all }: { path: Path; all: PathSum }) {
  const sign = secret.value ? '' : signOf(path.product);
  return (
    <span class={`path-product number ${sign}`}>
      {secret.value ? '?' : all.scalar ? formatSigned(path.product) : ''}
    </span>
  );
}

function RestTotal({ all: { rest, scalar } }: { all: PathSum }) {
  if (Number.isNaN(rest.total)) return null;
  return (
    <>
      , together <b>{scalar ? formatNumber(rest.total) : percent(rest.total)}</b>
    </>
  );
}

/** A bar from the line of 0, to the right for a share of the same sign as the gradient, to the left for one against it. */
function Share({ path, from, to }: { path: Path; from: number; to: number }) {
  const { share } = path;
  const shown = Number.isFinite(share) && !secret.value;
  const width = Math.max(to - from, 1e-300);
  const zero = (-from / width) * 100;
  const end = ((share - from) / width) * 100;
  return (
    <>
      <span class="share-bar" aria-hidden="true">
        {shown && (
          <>
            <span
              class={share < 0 ? 'share-fill against' : 'share-fill with'}
              style={{
                left: `${Math.min(zero, end)}%`,
                width: `${Math.max(Math.abs(end - zero), 0.6)}%`,
              }}
            />
            <span class="share-zero" style={{ left: `${zero}%` }} />
          </>
        )}
      </span>
      <span class="path-share number">{shown ? percent(share) : secret.value ? '?' : '–'}</span>
    </>
  );
}

function Route({ path, all }: { path: Path; all: PathSum }) {
  const { head, tail, between, ones } = legsOf(path, all);
  return (
    <span class="route">
      <span class="route-root">{pathCardName(all.root)}</span>
      {head.map(edge => (
        <Leg key={edge} edge={edge} all={all} />
      ))}
      {between > 0 && <span class="route-gap">… {between} more …</span>}
      {tail.map(edge => (
        <Leg key={edge} edge={edge} all={all} />
      ))}
      {ones > 0 && <span class="route-gap">and {ones} × 1</span>}
    </span>
  );
}

/** Which legs of a path are shown: of a long one those that change something, and of these both ends. */
function legsOf({ edges }: Path, all: PathSum) {
  const long = edges.length > MOST_SHOWN;
  const last = edges.at(-1);
  const kept = long
    ? edges.filter(edge => edge === last || isSecretFactor(edge) || all.factors.get(edge) !== 1)
    : edges;
  const cut = kept.length > MOST_SHOWN;
  const head = cut ? kept.slice(0, MOST_SHOWN - TAIL) : kept;
  const tail = cut ? kept.slice(-TAIL) : [];
  const between = kept.length - head.length - tail.length;
  return { head, tail, between, ones: edges.length - kept.length };
}

/** One edge of a path: the factor, and the card that it leads to. */
function Leg({ edge, all }: { edge: number; all: PathSum }) {
  const factor = all.factors.get(edge) ?? Number.NaN;
  const hidden = isSecretFactor(edge);
  const written = hidden
    ? '?'
    : all.scalar
      ? formatNumber(factor, 4)
      : percent(factor).replace('+', '');
  const op = all.scalar ? '' : opAlong(edge);
  const shown = all.scalar ? `×${written}` : written;
  const name = pathCardName(singlePlayback.value?.cards.edges[edge]?.source ?? -1);
  return (
    <button
      type="button"
      class={`leg ${timeOf(edge)}`}
      data-testid="leg"
      data-edge={edge}
      aria-label={`${op === '' ? '' : `${op} `}${shown} ${name}: ${all.scalar ? partialName(edge) : 'part of its gradient'}`}
      onClick={() => lookAt(edge)}
      {...flashes(visibleEdge(edge))}
    >
      {op !== '' && <span class="leg-op">{op}</span>} <span class="leg-factor">{shown}</span>{' '}
      <span class="leg-name">{name}</span>
    </button>
  );
}

/** The op that consumed the input: of a folded card the one within it. */
function opAlong(edge: number): string {
  const { cards } = singlePlayback.value ?? {};
  const first = cards?.edges[edge]?.edges[0];
  if (cards === undefined || first === undefined) return '';
  return opOf(cards.model, at(cards.model.consumerOf, first))?.name ?? '';
}

/** A share as a percentage with its sign. */
function percent(share: number): string {
  if (!Number.isFinite(share)) return formatNumber(share);
  const size = Math.abs(share * 100);
  const sign = share < 0 ? '−' : '+';
  if (size === 0) return '0%';
  if (size < 0.1) return `${sign}<0.1%`;
  if (size >= 1000 && size < 1e6) return `${sign}${formatCount(Math.round(size))}%`;
  return size >= 1e6 ? `${sign}${formatNumber(size, 3)}%` : `${sign}${size.toFixed(1)}%`;
}
