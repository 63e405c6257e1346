// What is compared, in words: the bar above the transport and the section for the selected card. And the colours, which
// the picture takes for as long as there is a comparison.

import { effect } from '@preact/signals';
import {
  changeText,
  compareColouring,
  differenceOf,
  differenceTone,
} from '../../../model/compare.ts';
import { formatNumber, formatSigned } from '../../../model/format.ts';
import { nodeValue } from '../../../model/playback.ts';
import { isNorm } from '../../../model/tensors.ts';
import {
  choosePass,
  model,
  ownColouring,
  pass,
  passIndex,
  playback,
  step,
  stepCount,
  trace,
} from '../../store.ts';
import { compareBy, compared, obstacle, pinned, pinnedIndex, togglePin } from './pinned.ts';

let coloured = false;
effect(() => {
  if (compared.value !== undefined && playback.value !== undefined) {
    coloured = true;
    ownColouring.value = compareColouring(
      playback.value,
      compared.value,
      compareBy.value,
      step.value,
    );
  } else if (coloured) {
    coloured = false;
    ownColouring.value = undefined;
  }
});

/** What is compared, in a line above the transport. */
export function CompareBar() {
  const a = pinned.value;
  const index = pinnedIndex.value;
  if (a === undefined || index === undefined) return null;
  return (
    <section class="compare-bar" aria-label="Comparison of two passes" data-testid="compare-bar">
      <p role="status" data-testid="compare-status">
        {statusText(index)}
        {hint() && <small> {hint()}</small>}
      </p>
      {compared.value !== undefined && (
        <>
          <fieldset class="choices" aria-label="Compare by">
            {(['gradient', 'value'] as const).map(by => (
              <button
                key={by}
                type="button"
                aria-pressed={compareBy.value === by}
                data-testid={`compare-${by}`}
                onClick={() => {
                  compareBy.value = by;
                }}
              >
                {by}
              </button>
            ))}
          </fieldset>
          <button
            type="button"
            class="button"
            data-testid="compare-swap"
            onClick={() => {
              pinnedIndex.value = passIndex.value;
              choosePass(index);
            }}
          >
            swap A and B
          </button>
        </>
      )}
      <button type="button" class="button" data-testid="unpin" onClick={togglePin}>
        <kbd>c</kbd> unpin
      </button>
    </section>
  );
}

/** Gradients are compared as the backward pass reaches them, which may not be what one waits for. */
function hint(): string {
  const waits =
    compared.value !== undefined && compareBy.value === 'gradient' && step.value < stepCount.value;
  return waits ? 'Gradients show as the pass reaches them: End goes to the last step.' : '';
}

function statusText(index: number): string {
  const a = trace.value?.passes[index];
  const b = pass.value;
  if (a === undefined || b === undefined) return '';
  const pinnedText = `Pass ${index + 1} is pinned as A`;
  if (a === b) return `${pinnedText}. Choose another pass to compare with it.`;
  if (obstacle.value !== undefined) return `${pinnedText}. ${obstacle.value}`;
  const root = model.value?.root ?? 0;
  const name = model.value?.nodes[root]?.name ?? 'the loss';
  const [before, after] = [nodeValue(a, root), nodeValue(b, root)];
  return (
    `A: pass ${index + 1}, B: pass ${passIndex.value + 1}. ` +
    `${name} ${formatNumber(before)} → ${formatNumber(after)}. Colours: B − A.`
  );
}

/** A, B and their difference for the selected card. */
export function CompareSection({ card }: { card: number }) {
  const current = playback.value;
  const before = compared.value;
  if (current === undefined || before === undefined) return null;
  const { cards } = current;
  const bars = isNorm(cards.model, cards.cards[card]?.node ?? -1) ? '‖' : '';
  return (
    <section>
      <h3 id="compare-title">Against pass A</h3>
      <table class="ledger compare" aria-labelledby="compare-title" data-testid="compare-table">
        <thead>
          <tr>
            <th scope="col" />
            <th scope="col">A</th>
            <th scope="col">B</th>
            <th scope="col">B − A</th>
            <th scope="col">change</th>
          </tr>
        </thead>
        <tbody>
          {(['value', 'gradient'] as const).map(by => {
            const it = differenceOf(current, before, card, by);
            return (
              <tr key={by} class={compareBy.value === by ? 'now' : ''}>
                <th scope="row">
                  {bars}
                  {by === 'value' ? 'v' : 'g'}
                  {bars}
                </th>
                <td>{it.a === null ? '–' : formatNumber(it.a, 4)}</td>
                <td>{it.b === null ? '–' : formatNumber(it.b, 4)}</td>
                <td class={differenceTone(it).sign}>
                  {it.difference === null ? '–' : formatSigned(it.difference, 3)}
                </td>
                <td>{changeText(it)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {(['value', 'gradient'] as const).map(by => {
        const { distance } = differenceOf(current, before, card, by);
        if (distance === null || bars === '') return null;
        return (
          <p key={by} class="more" data-testid={`distance-${by}`}>
            ‖B − A‖ of the {by}, element by element: {formatNumber(distance, 4)}
          </p>
        );
      })}
    </section>
  );
}
