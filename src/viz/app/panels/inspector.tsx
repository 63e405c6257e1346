// The panel on the right: why the numbers of the selected card are what they are.

import { hasManyEnds } from '../../model/folding.ts';
import { formatNumber } from '../../model/format.ts';
import { forwardState } from '../../model/forward.ts';
import { opOf, scopeOf, sourceOf } from '../../model/model.ts';
import { cardLabel } from '../../model/names.ts';
import { arrivals, cardValue, gradientAt, stateAt } from '../../model/playback.ts';
import { isNorm, shapeOf } from '../../model/tensors.ts';
import { features } from '../features.ts';
import { playback, rule, selectedCard, step } from '../store.ts';
import { Aside } from './aside.tsx';
import { LedgerTable } from './ledger-table.tsx';
import { PartialsSection, RuleSection } from './rule-section.tsx';
import { Welcome } from './welcome.tsx';

export function Inspector() {
  return (
    <Aside class="panel inspector" aria-label="Selected card" data-testid="inspector">
      {selectedCard.value === undefined ? <Welcome /> : <Details card={selectedCard.value} />}
    </Aside>
  );
}

const STATES = {
  fires: 'fires now',
  complete: 'complete',
  partial: 'partial',
  pending: 'pending',
  unreached: 'not reached',
  computing: 'computed now',
  computed: 'computed',
  waiting: 'not computed yet',
} as const;

function Details({ card }: { card: number }) {
  const current = playback.value;
  if (current === undefined) return null;
  const { cards, pass } = current;
  const { model } = cards;
  const it = cards.cards[card];
  if (it === undefined) return null;
  const gradient = gradientAt(current, card, step.value);
  const state =
    step.value < 0 ? forwardState(current, card, step.value) : stateAt(current, card, step.value);
  const { arrived, expected } = arrivals(current, card, step.value);
  const single = it.group === undefined;
  const source = single ? sourceOf(model, it.node) : undefined;
  const scope = single ? scopeOf(model, it.node) : undefined;
  const hidden = it.members.length - 1;
  const shape = hasManyEnds(it) ? '' : shapeOf(model, it.node);
  const bars = isNorm(model, it.node) || hasManyEnds(it) ? '‖' : '';
  return (
    <>
      <header class="inspector-head">
        <h2 class="node-name" data-testid="node-name">
          {cardLabel(cards, card)}
        </h2>
        <span class="node-op">
          {it.group === undefined
            ? `${opOf(model, it.node)?.name ?? model.nodes[it.node]?.kind}${hidden > 0 ? ` + ${hidden} folded` : ''}`
            : 'group'}
        </span>
        <span class={`state ${state}`} data-testid="node-state">
          {STATES[state]}
          {state === 'partial' && ` ${arrived}/${expected}`}
        </span>
      </header>
      <dl class="numbers">
        {shape !== '' && (
          <>
            <dt>shape</dt>
            <dd data-testid="node-shape">
              {shape} <span class="dtype">{model.nodes[it.node]?.dtype}</span>
            </dd>
          </>
        )}
        <dt>
          {bars}value{bars}
        </dt>
        <dd data-testid="node-value">
          {state === 'waiting' ? '…' : formatNumber(cardValue(cards, pass, card), 8)}
        </dd>
        <dt>{bars !== '' && state === 'partial' ? 'shares so far' : `${bars}gradient${bars}`}</dt>
        <dd data-testid="node-gradient">
          {gradient === null ? (state === 'unreached' ? '–' : '…') : formatNumber(gradient, 8)}
        </dd>
      </dl>
      {rule.value?.latex && <RuleSection />}
      <LedgerTable />
      {rule.value?.latex && <PartialsSection />}
      {features.map(({ inspector: Part }, k) => Part && <Part key={k} card={card} />)}
      {(source !== undefined || scope !== undefined) && (
        <section>
          <h3>Made in</h3>
          <dl class="origin">
            {source !== undefined && (
              <>
                <dt>source</dt>
                <dd data-testid="source">{source}</dd>
              </>
            )}
            {scope !== undefined && (
              <>
                <dt>scope</dt>
                <dd data-testid="scope">{scope}</dd>
              </>
            )}
          </dl>
        </section>
      )}
    </>
  );
}
