// The bar below the graph: the derivation of a gradient over all paths, and the strongest paths one by one.

import { useSignalEffect } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { formatShort } from '../../../model/format.ts';
import { formatPaths, type PathSum, STRONG_CANCELLATION } from '../../../model/paths.ts';
import { highlight } from '../../store.ts';
import {
  chosenCard,
  follow,
  highlightOf,
  pathCardName,
  paths,
  pointedPath,
  secret,
} from './chosen.ts';
import { Derivation } from './derivation-view.tsx';
import { PathRows } from './path-rows.tsx';
import { pathsOpen } from './state.ts';

export function PathsBar() {
  useSignalEffect(follow);
  usePointingOut();
  useEscape();
  const all = paths.value;
  return (
    <section class="paths-bar" aria-label="Paths to the loss" data-testid="paths-bar">
      <header class="paths-head">
        <h2>Paths</h2>
        <p class="paths-summary" data-testid="paths-summary">
          {all === undefined ? <Nothing /> : summaryOf(all)}
        </p>
        {all !== undefined && <Cancellation all={all} />}
        <button
          type="button"
          class="button icon paths-close"
          aria-label="Close the paths"
          data-testid="paths-close"
          onClick={close}
        >
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path d="M4 4l8 8M12 4l-8 8" />
          </svg>
        </button>
      </header>
      {all !== undefined && (
        <>
          <Derivation all={all} />
          <PathRows all={all} />
        </>
      )}
    </section>
  );
}

function close(): void {
  pathsOpen.value = false;
}

/** Points the paths out in the graph for as long as the bar is there. */
function usePointingOut(): void {
  useSignalEffect(() => {
    const all = paths.value;
    const own = all && highlightOf(all, pointedPath.value);
    highlight.value = own;
  });
  useEffect(
    () => () => {
      highlight.value = undefined;
      pointedPath.value = undefined;
    },
    [],
  );
}

/** Escape closes the bar before it takes the selection away. Fields and dialogs keep it for themselves. */
function useEscape(): void {
  useEffect(() => {
    const listener = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      // The listener outlives the bar by a frame.
      if (!pathsOpen.peek()) return;
      const inside = event.target instanceof Element ? event.target : document.body;
      if (inside.closest('dialog, input, select, textarea') !== null) return;
      if (document.querySelector('dialog[open]') !== null) return;
      event.preventDefault();
      close();
    };
    window.addEventListener('keydown', listener, true);
    return () => window.removeEventListener('keydown', listener, true);
  }, []);
}

function Nothing() {
  const card = chosenCard.value;
  if (card === undefined) return <>Select a card, a parameter for instance, to see its paths.</>;
  return <>No path leads from the loss to {pathCardName(card)}: nothing flows there.</>;
}

function summaryOf(all: PathSum): string {
  const [from, to] = [pathCardName(all.root), pathCardName(all.card)];
  const paths = all.count === 1n ? '1 path leads' : `${formatPaths(all.count)} paths lead`;
  const through = `${paths} from ${from} to ${to}.`;
  if (all.scalar) return through;
  return `${through} Between tensors there is no product of numbers: a path shows which part of the gradient came along it.`;
}

/** What the paths do to each other. */
function Cancellation({ all }: { all: PathSum }) {
  if (secret.value || all.count < 2n) return null;
  const text = cancellationText(all);
  if (text === '') return null;
  const strong = text.startsWith('⚠');
  return (
    <p class={strong ? 'check bad' : 'check'} data-testid="cancellation">
      {text}
    </p>
  );
}

function cancellationText({ total, absolute, cancellation }: PathSum): string {
  if (!Number.isFinite(absolute)) return '⚠ The sum is not finite: the first path below says why.';
  if (absolute === 0) return 'All of them are 0.';
  if (total === 0) return '⚠ They cancel out altogether.';
  if (cancellation < 1.005) return '';
  const times = `their sizes add up to ${formatShort(cancellation, 3)} times their sum`;
  if (cancellation < STRONG_CANCELLATION) return `They cancel out in part: ${times}.`;
  const digits = Math.round(Math.log10(cancellation));
  return `⚠ They nearly cancel out: ${times}, which costs ${digits === 1 ? 'a digit' : `${digits} digits`}.`;
}
