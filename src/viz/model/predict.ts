// Predict mode: what a learner is asked before a step is shown, and whether an answer is right.

import { evaluate } from './arithmetic.ts';
import { formatNumber } from './format.ts';
import { at } from './model.ts';
import { cardLabel } from './names.ts';
import { activeEdges, gradientAt, nodeGradient, nodeValue, type Playback } from './playback.ts';

/**
 * One number to predict: the local derivative of the card that fires next, what it contributes to an input, or the gradient of
 * an input that has all of its contributions then.
 */
export interface Question {
  readonly what: 'local' | 'contribution' | 'gradient';
  readonly edge: number;
  /** The card that fires, and the input that it hands to. */
  readonly target: number;
  readonly source: number;
  readonly answer: number;
}

/** Cards with many inputs would make a quiz of hundreds; the others are shown without asking. */
const MOST_ASKED = 6;

/** How far an answer may be off: people round. */
export const TOLERANCE = 1e-3;

/** What is asked before the step after t; nothing between tensors, where there is no single number to predict. */
export function questionsAt(playback: Playback, t: number): Question[] {
  const { cards, flows, completeAt, pass } = playback;
  const questions: Question[] = [];
  const asked = activeEdges(playback, t + 1).filter(
    edge =>
      flows.locals[edge] !== null &&
      // What a group multiplies by is nothing that anybody could work out.
      cards.cards[cards.edges[edge]?.target ?? -1]?.group === undefined,
  );
  for (const edge of asked.slice(0, MOST_ASKED)) {
    const { source = -1, target = -1 } = cards.edges[edge] ?? {};
    const about = { edge, source, target };
    const local = flows.locals[edge] ?? Number.NaN;
    const contribution = flows.contributions[edge] ?? Number.NaN;
    questions.push({ what: 'local', ...about, answer: local });
    // The gradient times 1 is no question.
    if (local !== 1) questions.push({ what: 'contribution', ...about, answer: contribution });
  }
  const sources = new Set(asked.slice(0, MOST_ASKED).map(edge => cards.edges[edge]?.source ?? -1));
  for (const source of sources) {
    const consumers = (cards.cards[source]?.outputs ?? []).filter(
      edge => flows.contributions[edge] !== null,
    );
    if (consumers.length < 2 || at(completeAt, source) !== t + 1) continue;
    const edge = asked.find(e => cards.edges[e]?.source === source) ?? -1;
    const target = cards.edges[edge]?.target ?? -1;
    const answer = nodeGradient(pass, cards.cards[source]?.node ?? -1) ?? Number.NaN;
    questions.push({ what: 'gradient', edge, source, target, answer });
  }
  return questions;
}

/** The name of a question in a score: the same for the same number of the same pass. */
export function questionKey({ what, edge }: Question): string {
  return `${what} ${edge}`;
}

/** The edges whose derivative is still to be predicted at step t, given the questions that were answered. */
export function isSecret(
  { cards, firesAt, flows }: Playback,
  edge: number,
  t: number,
  answered: (edge: number) => boolean,
): boolean {
  const fires = at(firesAt, cards.edges[edge]?.target ?? 0);
  return fires > Math.max(t, 0) && (flows.locals[edge] ?? null) !== null && !answered(edge);
}

/** What came of an answer. */
export interface Verdict {
  readonly right: boolean;
  /** Whether there was a number to judge at all. */
  readonly read: boolean;
  readonly message: string;
}

/** Judges what was typed for a question at step t. */
export function judge(playback: Playback, question: Question, t: number, text: string): Verdict {
  const typed = evaluate(text, namesAt(playback, question, t));
  if (!typed.ok) return { right: false, read: false, message: typed.message };
  const { answer } = question;
  const exact = `${formatNumber(answer, 6)}`;
  if (isRight(typed.value, answer, typed.digits)) {
    return { right: true, read: true, message: `right, it is ${exact}` };
  }
  return { right: false, read: true, message: whatIsWrong(typed.value, answer) };
}

/** Right within the tolerance, or rounded to the digits that were typed, of which there must be two. */
function isRight(value: number, answer: number, digits: number | undefined): boolean {
  if (Object.is(value, answer) || value === answer) return true;
  if (!Number.isFinite(value) || !Number.isFinite(answer)) return false;
  if (Math.abs(value - answer) <= TOLERANCE * Math.abs(answer)) return true;
  if (digits === undefined || digits < 2 || answer === 0) return false;
  return Number(answer.toPrecision(Math.min(digits, 17))) === Number(value.toPrecision(15));
}

function whatIsWrong(value: number, answer: number): string {
  if (Number.isNaN(answer)) return 'not quite: ask what 0 · ∞ or ∞ − ∞ is';
  if (!Number.isFinite(answer)) return 'not quite: it is not finite';
  if (!Number.isFinite(value)) return 'not quite: it is a finite number';
  if (answer === 0) return 'not quite: something on the way is 0';
  if (Math.abs(value + answer) <= TOLERANCE * Math.abs(answer)) return 'almost: look at the sign';
  if (value === 0 || Math.sign(value) !== Math.sign(answer)) {
    return 'not quite: the sign is different';
  }
  const ratio = value / answer;
  if (ratio > 0.98 && ratio < 1.02) return 'very close: one more digit';
  return `not quite: the sign is right, but it is too ${ratio > 1 ? 'large' : 'small'}`;
}

/** What an answer may refer to by name: the values of the cards, and g for the gradient of the card that fires. */
function namesAt(
  playback: Playback,
  { target }: Question,
  t: number,
): (name: string) => number | undefined {
  const { cards, pass } = playback;
  return name => {
    const node = cards.model.nodes.findIndex((it, id) =>
      it.name === undefined ? name === `#${id}` : it.name === name,
    );
    if (node >= 0) return nodeValue(pass, node);
    return name === 'g' ? (gradientAt(playback, target, t) ?? undefined) : undefined;
  };
}

/** What is asked, in words. */
export function questionText({ cards }: Playback, { what, source, target }: Question): string {
  const name = (card: number) => cardLabel(cards, card);
  if (what === 'local') return `What is ∂${name(target)}/∂${name(source)}?`;
  if (what === 'contribution') return `What does ${name(target)} hand to ${name(source)}?`;
  return `What is the gradient of ${name(source)}, with all that has arrived?`;
}

/** How to get there: the derivative in symbols, which is `local`, or the numbers to multiply or to add. */
export function hintOf(playback: Playback, question: Question, t: number, local: string): string {
  const { cards, flows } = playback;
  const name = (card: number) => cardLabel(cards, card);
  if (question.what === 'local') return local;
  if (question.what === 'contribution') {
    const g = gradientAt(playback, question.target, t);
    const factor = flows.locals[question.edge] ?? Number.NaN;
    return `gradient of ${name(question.target)} × local derivative = ${written(g)} × ${written(factor)}`;
  }
  const parts = (cards.cards[question.source]?.outputs ?? []).flatMap(edge => {
    const part = flows.contributions[edge] ?? null;
    return part === null ? [] : [written(part)];
  });
  return parts.join(' + ');
}

function written(x: number | null): string {
  if (x === null) return '?';
  return x < 0 ? `(${formatNumber(x)})` : formatNumber(x);
}
