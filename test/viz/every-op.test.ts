// Every tensor op of the table, shown: its pass is told without gaps, its formulas are typeset, its ledgers add up.

import katex from 'katex';
import { expect, test } from 'vitest';
import { formatTrace, record, sum, type Tensor, type Trace, tensorOps } from '../../src/index.ts';
import { ledgerOf } from '../../src/viz/model/ledger.ts';
import type { Playback } from '../../src/viz/model/playback.ts';
import { ruleOf } from '../../src/viz/model/rule.ts';
import { makeInputs } from '../support/tensor-samples.ts';
import { nameOf, playbackOf } from './stages.ts';

function traceOf(call: (...inputs: Tensor[]) => Tensor, inputs: readonly Tensor[]): Trace {
  return record(() => {
    const y = call(...inputs);
    if (y.requiresGrad) sum(y.mul(y)).named('E').backward();
  }).trace;
}

const ops = [...tensorOps.values()].filter(op => op.differentiable !== false);

/** Formulas that were set already; many ops share theirs. */
const set = new Set<string>();

function expectTypeset(latex: string): void {
  if (set.has(latex)) return;
  set.add(latex);
  expect(latex).not.toContain('{#');
  const render = () => katex.renderToString(latex, { throwOnError: true, strict: 'ignore' });
  expect(render, latex).not.toThrow();
}

function expectShown(playback: Playback, card: number): void {
  const { cards, pass, flows } = playback;
  const book = ledgerOf(playback, card);
  expect(book.balanced, `${nameOf(playback, card)}: ${book.sum}, ${book.gradient}`).toBe(true);
  const rule = ruleOf(cards, card, pass, flows.locals, 'latex');
  if (rule === undefined) return;
  for (const { left, symbols } of [rule.value, ...rule.partials.map(it => it.equation)]) {
    expectTypeset(`${left} = ${symbols}`);
  }
}

test.each(ops.map(op => [op.name, op] as const))('%s', (_, op) => {
  for (const sample of op.samples) {
    const inputs = makeInputs(sample.inputs, 3, 'in order').map((x, k) =>
      x.dtype === 'float64' ? x.requiresGrad_().named(`x${k}`) : x,
    );
    const trace = traceOf(sample.call, inputs);
    if (trace.passes.length === 0) continue;
    expect(formatTrace(trace)).not.toMatch(/undefined|\{#/);
    const playback = playbackOf(trace);
    for (const card of playback.cards.cards.keys()) expectShown(playback, card);
  }
});
