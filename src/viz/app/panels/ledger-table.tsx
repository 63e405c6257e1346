// The ledger of the selected card: what each consumer contributed to its gradient, and that it adds up.

import { checkOf } from '../../model/check.ts';
import { formatNumber, formatShort } from '../../model/format.ts';
import { gradientAt } from '../../model/playback.ts';
import { signOf } from '../../model/tone.ts';
import { flashes } from '../flash.ts';
import {
  cardName,
  goTo,
  hoveredCard,
  ledger,
  playback,
  selectCard,
  selectedCard,
  step,
} from '../store.ts';

/** Rows beyond this are summed up in words. */
const MOST_ROWS = 100;

export function LedgerTable() {
  const book = ledger.value;
  const current = playback.value;
  const card = selectedCard.value;
  if (book === undefined || current === undefined || card === undefined) return null;
  if (book.gradient === null) {
    return (
      <section>
        <h3>Where its gradient comes from</h3>
        <p class="hint">Nothing flows here: the loss does not depend on it, or nobody asked.</p>
      </section>
    );
  }
  if (book.seed !== null) {
    return (
      <section>
        <h3>Where its gradient comes from</h3>
        <p class="hint">
          The backward pass starts here: its gradient is set to {formatNumber(book.seed)}.
        </p>
      </section>
    );
  }
  const so = gradientAt(current, card, step.value);
  // What a tensor hands to a number has no local derivative.
  const shared = book.rows.every(row => row.local === null);
  const complete = book.rows.every(row => row.step <= step.value);
  return (
    <section>
      <h3 id="ledger-title">Where its gradient comes from</h3>
      <table class="ledger" aria-labelledby="ledger-title" data-testid="ledger">
        <thead>
          <tr>
            <th scope="col">consumer</th>
            {book.tensor ? (
              <>
                <th scope="col">‖upstream‖</th>
                <th scope="col">‖part‖</th>
                <th scope="col">share</th>
              </>
            ) : (
              <>
                <th scope="col">upstream</th>
                <th scope="col">{shared ? '' : '× local'}</th>
                <th scope="col">= part</th>
              </>
            )}
          </tr>
        </thead>
        <tbody>
          {book.rows.slice(0, MOST_ROWS).map(row => (
            <tr
              key={row.edge}
              class={row.step > step.value ? 'later' : row.step === step.value ? 'now' : ''}
              data-edge={row.edge}
              onPointerEnter={() => {
                hoveredCard.value = row.consumer;
                flashes(row.edge).onPointerEnter();
              }}
              onPointerLeave={() => {
                hoveredCard.value = undefined;
                flashes(row.edge).onPointerLeave();
              }}
              onFocusIn={flashes(row.edge).onFocus}
              onFocusOut={flashes(row.edge).onBlur}
            >
              <th scope="row">
                <button type="button" class="link" onClick={() => selectCard(row.consumer)}>
                  {cardName(row.consumer)}
                </button>
              </th>
              {row.step > step.value ? (
                <td colSpan={3} class="wait">
                  <button type="button" class="link quiet" onClick={() => goTo(row.step)}>
                    arrives at step {row.step}
                  </button>
                </td>
              ) : (
                <>
                  <td>{formatNumber(row.upstream ?? Number.NaN)}</td>
                  {book.tensor ? (
                    <td>{row.norm === null ? '–' : formatNumber(row.norm)}</td>
                  ) : (
                    <td>{shared ? '' : formatNumber(row.local ?? Number.NaN)}</td>
                  )}
                  <td class={signOf(row.contribution)}>{formatNumber(row.contribution)}</td>
                </>
              )}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{complete ? 'sum' : 'so far'}</th>
            <td colSpan={3} data-testid="ledger-sum">
              {so === null ? '…' : formatNumber(complete ? (book.sum ?? so) : so)}
            </td>
          </tr>
        </tfoot>
      </table>
      {book.rows.length > MOST_ROWS && (
        <p class="more">and {book.rows.length - MOST_ROWS} more rows, which are in the sum</p>
      )}
      {complete && (
        <p class={book.balanced ? 'check good' : 'check bad'} data-testid="ledger-check">
          {book.balanced
            ? book.tensor
              ? '✓ the shares add up to its norm'
              : '✓ equals its gradient'
            : `✗ differs from its gradient, ${formatNumber(book.gradient, 8)}`}
        </p>
      )}
      {complete && <FiniteDifference card={card} />}
    </section>
  );
}

const VERDICTS = {
  agrees: { style: 'check good', says: '✓ finite difference' },
  unclear: { style: 'check', says: '? finite differences cannot tell; they say' },
  differs: { style: 'check bad', says: '✗ finite difference says' },
} as const;

/** What finite differences make of the gradient, where the program had them recorded. */
function FiniteDifference({ card }: { card: number }) {
  const current = playback.value;
  const node = current?.cards.cards[card]?.node ?? -1;
  const check = current && checkOf(current.cards.model, current.pass, node);
  if (check === undefined) return null;
  const { verdict, estimate, relative, tolerance } = check;
  const apart = `relative difference ${formatNumber(relative, 2)}, tolerance ${formatShort(tolerance, 1)}`;
  const rest = {
    agrees: relative > tolerance ? '; what is left is rounding' : '',
    unclear: '; rounding between here and the loss may be no small part of it',
    differs: '',
  };
  return (
    <p class={VERDICTS[verdict].style} data-testid="finite-difference">
      {VERDICTS[verdict].says} {formatNumber(estimate, verdict === 'agrees' ? 5 : 8)}
      {Number.isFinite(relative) && (
        <small class="check-note">
          {apart}
          {rest[verdict]}
        </small>
      )}
    </p>
  );
}
