// The bar of predict mode: a question, a field for the answer, what came of it, a hint, and the score.

import { useSignalEffect } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { formatNumber } from '../../../model/format.ts';
import { parenthesised, Rank } from '../../../model/formula.ts';
import { hintOf, type Question, questionKey, questionText } from '../../../model/predict.ts';
import { localTerms, writeName } from '../../../model/rule.ts';
import { restOn } from '../../flash.ts';
import { Formula } from '../../panels/math.tsx';
import { cardName, goTo, playback, selectCard, step, stepCount } from '../../store.ts';
import {
  answer,
  answers,
  hinted,
  question,
  questions,
  reveal,
  startAgain,
  verdict,
} from './quiz.ts';
import { predicting } from './state.ts';

export function PredictBar() {
  useKeepingStillSecret();
  useSignalEffect(() => restOn(question.value?.edge));
  useEffect(() => () => restOn(undefined), []);
  return (
    <section class="predict-bar" aria-label="Predict" data-testid="predict-bar">
      <h2>Predict</h2>
      <div class="predict-main">{question.value ? <Ask it={question.value} /> : <Between />}</div>
      <p class={`verdict ${verdictClass()}`} role="status" data-testid="verdict">
        {verdictText()}
      </p>
      <p class="unseen" role="status">
        {question.value && playback.value && questionText(playback.value, question.value)}
      </p>
      <Score />
    </section>
  );
}

/** The strip below has the colours of what is still to come. */
function useKeepingStillSecret(): void {
  useEffect(() => {
    const root = document.documentElement;
    root.setAttribute('data-predicting', '');
    return () => root.removeAttribute('data-predicting');
  }, []);
}

function Ask({ it }: { it: Question }) {
  const field = useRef<HTMLInputElement>(null);
  const key = questionKey(it);
  // At once, before the next key comes.
  useLayoutEffect(() => {
    if (field.current === null) return;
    field.current.value = '';
    field.current.focus({ preventScroll: true });
  }, [key]);
  return (
    <form
      class="predict-form"
      onSubmit={event => {
        event.preventDefault();
        answer(it, field.current?.value ?? '');
      }}
    >
      <label class="predict-question" for="prediction" data-testid="question">
        <QuestionText it={it} />
      </label>
      <input
        ref={field}
        id="prediction"
        type="text"
        class="predict-field"
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        maxLength={200}
        placeholder="0.24, 1/3, a formula"
        data-testid="prediction"
        aria-describedby="prediction-hint"
        onKeyDown={event => {
          if (event.key !== 'Escape') return;
          // Out of the field, where the other keys work again.
          event.preventDefault();
          event.currentTarget.blur();
        }}
      />
      <button type="submit" class="button" data-testid="check">
        check
      </button>
      <button
        type="button"
        class="button"
        aria-pressed={hinted.value}
        data-testid="hint"
        onClick={() => {
          hinted.value = true;
          field.current?.focus({ preventScroll: true });
        }}
      >
        hint
      </button>
      <button type="button" class="button" data-testid="reveal" onClick={() => reveal(it)}>
        show it
      </button>
      <span class="predict-hint" id="prediction-hint" data-testid="hint-text">
        {hinted.value && <Hint it={it} />}
      </span>
    </form>
  );
}

function QuestionText({ it }: { it: Question }) {
  const { cards } = playback.value ?? {};
  if (cards === undefined || playback.value === undefined) return null;
  const text = questionText(playback.value, it);
  if (it.what !== 'local') return <>{text}</>;
  const name = (card: number) => writeName(cards.model, cards.cards[card]?.node ?? -1, 'latex');
  return (
    <>
      What is{' '}
      <Formula
        latex={`\\frac{\\partial ${name(it.target)}}{\\partial ${name(it.source)}}`}
        text={text.replace(/^What is |\?$/g, '')}
      />
      <span>?</span>
    </>
  );
}

/** The rule in symbols; for a product or a sum the numbers that go into it. */
function Hint({ it }: { it: Question }) {
  const current = playback.value;
  if (current === undefined) return null;
  const place = current.cards.cards[it.target]?.inputs.indexOf(it.edge) ?? -1;
  const local = (notation: 'latex' | 'text') =>
    localTerms(current.cards, it.target, notation)[place] ?? { string: '?', rank: Rank.atom };
  if (it.what !== 'local') return <>{hintOf(current, it, step.value, local('text').string)}</>;
  const term = local('latex');
  return (
    <>
      it is{' '}
      <Formula latex={parenthesised(term, Rank.comparison, 'latex')} text={local('text').string} />
    </>
  );
}

/** Between two questions: on to the next step, or to the start, or to the end of it all. */
function Between() {
  if (step.value < 0) {
    return (
      <>
        <p>Predict mode asks about the backward pass.</p>
        <Next label="to its start" to={0} />
      </>
    );
  }
  if (stepCount.value === 0) return <p>There is no step of a backward pass to ask about.</p>;
  if (step.value >= stepCount.value) {
    return (
      <>
        <p data-testid="question">The backward pass is complete.</p>
        <button
          type="button"
          class="button"
          data-testid="start-again"
          onClick={() => {
            startAgain();
            goTo(0);
          }}
        >
          start again
        </button>
      </>
    );
  }
  const firing = playback.value?.steps[step.value] ?? -1;
  return (
    <>
      <p data-testid="question">
        {questions.value.length === 0
          ? `${cardName(firing)} fires next. It hands on tensors or nothing: there is no single number to predict.`
          : `That was all that ${cardName(firing)} hands on.`}
      </p>
      <Next label="next step" to={step.value + 1} />
    </>
  );
}

function Next({ label, to }: { label: string; to: number }) {
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => button.current?.focus({ preventScroll: true }), []);
  return (
    <button
      ref={button}
      type="button"
      class="button pressed"
      data-testid="predict-next"
      onClick={() => goTo(to)}
    >
      {label} →
    </button>
  );
}

function Score() {
  const outcomes = [...answers.value.values()];
  const first = outcomes.filter(outcome => outcome === 'first').length;
  const shown = outcomes.filter(outcome => outcome === 'shown').length;
  const helped = outcomes.length - first - shown;
  const asked = question.value;
  return (
    <p class="predict-score">
      <span data-testid="score">
        {outcomes.length === 0
          ? 'nothing answered yet'
          : `✓ ${first} of ${outcomes.length} at the first try` +
            (helped > 0 ? `, ${helped} after some` : '') +
            (shown > 0 ? `, ${shown} shown` : '')}
      </span>
      {asked !== undefined && (
        <button type="button" class="link" onClick={() => selectCard(asked.target)}>
          look at {cardName(asked.target)}
        </button>
      )}
      <button
        type="button"
        class="link"
        data-testid="predict-off"
        onClick={() => {
          predicting.value = false;
        }}
      >
        stop
      </button>
    </p>
  );
}

function verdictClass(): string {
  if (verdict.value === undefined) return '';
  return verdict.value.right ? 'right' : verdict.value.read ? 'wrong' : '';
}

function verdictText(): string {
  const it = verdict.value;
  if (it === undefined) return shownText();
  return `${it.right ? '✓' : it.read ? '✗' : '?'} ${it.message}`;
}

/** After “show it”: the number that was asked for. */
function shownText(): string {
  const last = [...answers.value].at(-1);
  if (last?.[1] !== 'shown') return '';
  const it = questions.value.find(other => questionKey(other) === last[0]);
  return it === undefined ? '' : `it is ${formatNumber(it.answer, 6)}`;
}
