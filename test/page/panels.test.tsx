// The panels in a page of their own: at every step, of every card, the numbers on the page are those of the backward pass.

import { beforeEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { record, value } from '../../src/index.ts';
import { Inspector } from '../../src/viz/app/panels/inspector.tsx';
import { Transport } from '../../src/viz/app/panels/transport.tsx';
import {
  cards,
  earliest,
  goTo,
  playback,
  selectCard,
  step,
  stepCount,
  trace,
} from '../../src/viz/app/store.ts';
import { formatNumber } from '../../src/viz/model/format.ts';
import { cardLabel } from '../../src/viz/model/names.ts';
import { change, mount, networkTrace, numberIn, showTrace, tidyAfterEach } from './mount.tsx';

tidyAfterEach();
beforeEach(() => showTrace(networkTrace()));

const text = (root: Element, id: string): string =>
  root.querySelector(`[data-testid="${id}"]`)?.textContent ?? '';

function cardCalled(name: string): number {
  const all = cards.value;
  return all?.cards.findIndex((_, card) => cardLabel(all, card) === name) ?? -1;
}

describe('the panel of a card', () => {
  it('shows, for every card at every step, what the pass holds', () => {
    const root = mount(<Inspector />);
    const pass = trace.value?.passes[0];
    const all = cards.value?.cards ?? [];
    let complete = 0;
    for (const [card, { node }] of all.entries()) {
      change(() => selectCard(card));
      for (let t = earliest.value; t <= stepCount.value; t++) {
        change(() => goTo(t));
        const state = text(root, 'node-state');
        const value =
          state === 'not computed yet' ? '…' : formatNumber(numberIn(pass?.values, node), 8);
        expect(text(root, 'node-value')).toBe(value);
        if (state !== 'complete' && state !== 'fires now') continue;
        complete++;
        expect(text(root, 'node-gradient')).toBe(formatNumber(numberIn(pass?.gradients, node), 8));
      }
      // After the last step every gradient is there, and the rows add up to it; the pass begins at the loss.
      const expected = node === all.at(-1)?.node ? '' : '✓ equals its gradient';
      if (text(root, 'node-gradient') !== '–') expect(text(root, 'ledger-check')).toBe(expected);
    }
    expect(complete).toBeGreaterThan(all.length);
  });

  it('multiplies in each row what is upstream with the local derivative', async () => {
    mount(<Inspector />);
    change(() => {
      goTo(stepCount.value);
      selectCard(cardCalled('outh1'));
    });
    const rows = page.getByTestId('ledger').getByRole('row');
    await expect.element(rows.nth(1)).toHaveTextContent('nety2');
    await expect.element(rows.nth(2)).toHaveTextContent('nety1');
    const parts = rows.elements().slice(1, -1);
    let sum = 0;
    for (const row of parts) {
      const [upstream = 0, local = 0, part = 0] = [...row.querySelectorAll('td')].map(cell =>
        Number(cell.textContent?.replace('−', '-')),
      );
      expect(upstream * local).toBeCloseTo(part, 5);
      sum += part;
    }
    expect(parts).toHaveLength(2);
    const total = page.getByTestId('ledger-sum').element().textContent ?? '';
    expect(Number(total)).toBeCloseTo(sum, 5);
  });

  it('goes from consumer to consumer, up to the loss, by what can be clicked', async () => {
    mount(<Inspector />);
    change(() => {
      goTo(stepCount.value);
      selectCard(cardCalled('w1'));
    });
    const seen: string[] = [];
    for (const next of ['neth1', 'outh1', 'nety1', 'outy1', 'Ez', 'E']) {
      await page.getByTestId('ledger').getByRole('button', { name: next, exact: true }).click();
      await expect.element(page.getByTestId('node-name')).toHaveTextContent(next);
      seen.push(page.getByTestId('node-gradient').element().textContent ?? '');
    }
    expect(seen).toEqual([
      '0.0087713547',
      '0.036350306',
      '0.13849856',
      '0.74136507',
      '1.0000000',
      '1.0000000',
    ]);
    await expect
      .element(page.getByTestId('inspector'))
      .toHaveTextContent('backward pass starts here');
  });
});

describe('the check against finite differences', () => {
  const beside = (large: number) => {
    const { trace: recorded } = record(
      () => {
        const x = value(1.5, { name: 'x' });
        x.mul(x).add(large).sub(large).backward();
      },
      { check: true },
    );
    showTrace(recorded);
    const root = mount(<Inspector />);
    change(() => {
      selectCard(cardCalled('x'));
      goTo(stepCount.value);
    });
    return text(root, 'finite-difference');
  };

  it('says that they agree, or that rounding leaves them nothing to tell', () => {
    expect(beside(0)).toMatch(/^✓ finite difference 3\.0000relative difference/);
    expect(beside(1e16)).toMatch(
      /^\? finite differences cannot tell; they say 0relative difference 1\.0, .* rounding between here and the loss may be no small part of it$/,
    );
  });
});

describe('the transport', () => {
  it('is moved by the mouse and by its buttons, and says what happens', async () => {
    mount(<Transport />);
    const strip = page.getByTestId('strip');
    const { width, height } = strip.element().getBoundingClientRect();
    const steps = stepCount.value;
    for (let t = 1; t <= steps; t++) {
      await strip.click({ position: { x: ((t - 0.5) / steps) * width, y: height / 2 } });
      expect(step.value).toBe(t);
      const acting = playback.value?.steps[t - 1] ?? -1;
      const name = cards.value ? cardLabel(cards.value, acting) : '';
      await expect.element(page.getByTestId('sentence')).toHaveTextContent(`${name} fires`);
      await expect.element(strip).toHaveAttribute('aria-valuenow', String(t));
    }
    await page.getByRole('button', { name: 'Before the backward pass' }).click();
    expect(step.value).toBe(0);
    await page.getByRole('button', { name: 'One step on' }).click();
    await userEvent.keyboard('{Enter}');
    expect(step.value).toBe(2);
  });

  it('has a cell for every step, as dark as the gradient is large', () => {
    const root = mount(<Transport />);
    const cells = [...root.querySelectorAll<HTMLElement>('[data-testid="cell"]')];
    const pass = trace.value?.passes[0];
    const sizes = (playback.value?.steps ?? []).map(card =>
      Math.abs(numberIn(pass?.gradients, cards.value?.cards[card]?.node ?? -1)),
    );
    expect(cells).toHaveLength(sizes.length);
    const depths = cells.map(cell => Number(cell.style.getPropertyValue('--depth')));
    for (const [i, a] of sizes.entries())
      for (const [j, b] of sizes.entries())
        if (a < b) expect(depths[i]).toBeLessThanOrEqual(depths[j] ?? 0);
  });
});
