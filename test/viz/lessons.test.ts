// The lessons: every program runs, all that a step or a text names is there, both languages say the same, and what they
// say is what the tutorial and the engine say.

import katex from 'katex';
import { describe, expect, it } from 'vitest';
import type { Trace } from '../../src/autograd/trace.ts';
import { lessonOf, lessons, programOf } from '../../src/viz/lessons/index.ts';
import type { Language, Lesson, LessonStep } from '../../src/viz/lessons/lesson.ts';
import { lessonProgram } from '../../src/viz/lessons/programs.ts';
import {
  cardCalled,
  cardsIn,
  numbersOf,
  type Piece,
  passPlace,
  piecesOf,
  plainFormula,
  playbackFor,
  typesetFormula,
  withSigns,
} from '../../src/viz/lessons/text.ts';
import { at } from '../../src/viz/model/model.ts';
import { stateAt } from '../../src/viz/model/playback.ts';
import { questionsAt } from '../../src/viz/model/predict.ts';
import { presetOf } from '../../src/viz/play/presets.ts';
import { runProgram } from '../../src/viz/play/run.ts';

const LANGUAGES: readonly Language[] = ['en', 'zh'];

const traces = new Map<string, Trace>();

function traceOf(program: string): Trace {
  const trace = traces.get(program) ?? runProgram(lessonProgram(program)).trace;
  traces.set(program, trace);
  return trace;
}

function pieces(lesson: Lesson, step: LessonStep, language: Language): Piece[] {
  return piecesOf(step.text[language], numbersOf(traceOf(programOf(lesson, step)), step.pass ?? 0));
}

/** A text as it is read. */
function reading(id: string, place: number, language: Language = 'en'): string {
  const lesson = lessonOf(id);
  const step = lesson?.steps[place - 1];
  if (lesson === undefined || step === undefined) throw new RangeError(`no step ${id} ${place}`);
  return pieces(lesson, step, language)
    .map(({ text }) => text)
    .join('');
}

/** Every step of every lesson, with where it stands. */
const all = lessons.flatMap(lesson =>
  lesson.steps.map((step, k): [string, Lesson, LessonStep] => [
    `${lesson.id} ${k + 1}`,
    lesson,
    step,
  ]),
);

it('has the eight chapters, each of at least five steps', () => {
  expect(lessons.map(({ id, chapter, steps }) => [chapter, id, steps.length])).toEqual([
    [1, 'derivatives', 12],
    [2, 'backpropagation', 11],
    [3, 'bitmaps', 8],
    [4, 'convolution', 11],
    [5, 'pooling', 6],
    [6, 'convolutional-networks', 9],
    [7, 'transformer', 10],
    [8, 'libtorch', 7],
  ]);
  expect(lessonOf('list')).toBeUndefined();
  expect(() => lessonProgram('toString')).toThrow('there is no program toString');
});

describe.each(all)('%s', (_, lesson, step) => {
  const playback = () =>
    playbackFor(traceOf(programOf(lesson, step)), step.pass ?? 0, step.unfold !== true);

  it('puts the view somewhere that there is', () => {
    const now = playback();
    const { select, at: wanted, paths = false } = step;
    if (select !== undefined) cardCalled(now, select);
    if (typeof wanted === 'string') {
      expect(at(now.firesAt, cardCalled(now, wanted)), wanted).toBeGreaterThan(0);
    }
    const time = typeof wanted === 'string' ? at(now.firesAt, cardCalled(now, wanted)) : wanted;
    const place = time ?? now.steps.length;
    if (paths || step.shown === 'gradient') {
      // Nothing is pointed out that is not complete yet.
      const state = stateAt(now, cardCalled(now, select ?? ''), place);
      expect(['complete', 'fires']).toContain(state);
    }
    if (step.predict === true) expect(questionsAt(now, place).length).toBeGreaterThan(0);
  });

  it('says the same in both languages', () => {
    const [en, zh] = LANGUAGES.map(language => step.text[language]);
    const numbers = (text = '') => (text.match(/«[^»]+»/g) ?? []).sort();
    expect(numbers(zh)).toEqual(numbers(en));
    expect(cardsIn(zh ?? '').sort()).toEqual(cardsIn(en ?? '').sort());
    expect(zh).toMatch(/[\u4e00-\u9fff]/);
    expect(step.title.zh).toMatch(/[\u4e00-\u9fff]|softmax/);
    expect(en).not.toMatch(/[\u4e00-\u9fff]/);
    // Full stops and commas of the language, outside of formulas and code.
    const prose = pieces(lesson, step, 'zh').filter(({ kind }) => kind === 'text');
    expect(prose.map(({ text }) => text).join('')).not.toMatch(/[\u4e00-\u9fff][,.;:?!]/);
  });

  it.each(LANGUAGES)('can be read (%s)', language => {
    const now = playback();
    for (const name of cardsIn(step.text[language])) cardCalled(now, name);
    const read = pieces(lesson, step, language);
    for (const { kind, text } of read) {
      if (kind === 'math') {
        katex.renderToString(typesetFormula(text), { throwOnError: true, strict: 'ignore' });
        expect(plainFormula(text)).not.toMatch(/[\\{}«»]/);
      } else expect(text).not.toMatch(/[$`«»]|\[\[[a-z]|\*\*/i);
    }
    // Numbers with a point come from the trace; only the rate of the training stands there as it is.
    const typed = step.text[language].replaceAll(/«[^»]+»/g, '').match(/\d+\.\d+/g) ?? [];
    const rate = / lr (\S+)/.exec(lessonProgram(programOf(lesson, step)))?.[1] ?? '';
    expect(typed.filter(number => number !== rate)).toEqual([]);
    const sentences = step.text[language].split(/[.?!:](?:\s|$)|[。？！：；]/).length - 1;
    expect(sentences).toBeGreaterThanOrEqual(2);
  });
});

it('has a question in every chapter', () => {
  const asking = lessons.filter(({ steps }) => steps.some(({ predict }) => predict === true));
  expect(asking).toEqual(lessons);
});

describe('the numbers of the tutorial', () => {
  it('chapter 1: the rules', () => {
    expect(reading('derivatives', 1)).toContain("y' = 2x = 3.");
    expect(reading('derivatives', 2)).toContain('is exactly 0.');
    expect(reading('derivatives', 3)).toContain('is 2.7183, and the gradient of x is 2.7183');
    expect(reading('derivatives', 4)).toContain('\\ln 2 = 1.9605');
    expect(2 ** 1.5 * Math.log(2)).toBeCloseTo(1.9605, 4);
    expect(reading('derivatives', 11)).toContain('-0.62817 \\cdot 3 = -1.8845');
    expect(reading('derivatives', 8)).toContain(
      '1 and -1. So the same two paths now give 3 + (-0.070737) = 2.9293',
    );
    expect(3 - Math.cos(1.5)).toBeCloseTo(2.9293, 4);
    expect(reading('derivatives', 9)).toContain('3 \\cdot 3 = 9');
    expect(Math.cos(1.5 ** 2) * 2 * 1.5).toBeCloseTo(-1.8845, 4);
  });

  it.each(LANGUAGES)('chapter 2: the two results (%s)', language => {
    const says = (place: number) => reading('backpropagation', place, language);
    expect(says(1)).toContain('b_1 = 0.3775');
    expect(says(1)).toContain('\\sigma(neth_1) = 0.593269992');
    expect(says(1)).toContain('b_2 = 1.10590597');
    expect(0.15 * 0.05 + 0.2 * 0.1 + 0.35).toBeCloseTo(0.3775, 12);
    expect(0.4 * 0.593269992 + 0.45 * 0.596884378 + 0.6).toBeCloseTo(1.10590597, 8);
    expect(says(2)).toContain('= 0.298371109');
    expect(says(4)).toContain("E_z' = outy_1 - o_1 = 0.75136507 - 0.01 = 0.74136507");
    expect(says(4)).toContain("E_t' = outy_2 - o_2 = -0.217071535");
    expect(says(5)).toContain("Z' = outy_1 (1 - outy_1) = 0.186815602");
    expect(says(6)).toContain('0.74136507 \\cdot 0.186815602 \\cdot 0.593269992 = 0.082167041');
    expect(says(7)).toContain("G' = w_5 = 0.4");
    expect(says(7)).toContain("F' = w_7 = 0.5");
    expect(says(8)).toContain("U' = i_1 = 0.05");
    expect(says(9)).toContain(
      '(0.0553994247 + (-0.0190491183)) \\cdot 0.241300709 \\cdot 0.05 = 0.000438568',
    );
    expect(says(11)).toContain('3.51e−5');
    // As written in the tutorial, worked out by hand from the numbers above.
    expect((0.0553994247 - 0.0190491183) * 0.241300709 * 0.05).toBeCloseTo(0.000438568, 9);
    expect(traceOf('ten-thousand-steps').passes.at(-1)?.step).toBe(10_000);
  });

  it('chapter 3: the glyphs', () => {
    const picture = (rows: string) => rows.replaceAll(' ', '').split('').map(Number);
    const numbers = numbersOf(traceOf('glyphs'), 0);
    const value = (name: string) => numbers({ what: 'v', names: [name], digits: 5 }).data;
    const one = picture('00000000 00011000 00011000 00011000 00011000 00011000 00011000 00000000');
    const seven = picture(
      '00000000 01111100 01111100 00001100 00001100 00001100 00001100 00000000',
    );
    expect(value('one')).toEqual(one);
    expect(value('seven')).toEqual(seven);
    // Half the pixels in which they differ; and three weights for each pixel that is dark in both.
    const differ = one.filter((pixel, k) => pixel !== seven[k]).length;
    const dark = one.filter((pixel, k) => pixel + (seven[k] ?? 0) === 0).length;
    expect(reading('bitmaps', 2)).toContain(`E = ${differ / 2}, is half the number of pixels`);
    expect(reading('bitmaps', 6)).toContain(`and ${3 * dark} of its elements are exactly 0`);
    expect(traceOf('bitmaps').passes.at(-1)?.step).toBe(50);
  });

  it.each(LANGUAGES)('chapter 4: convolutions (%s)', language => {
    const says = (place: number) => reading('convolution', place, language);
    expect(says(1)).toContain('[4, 6, 8]');
    expect(says(3)).toContain('[2, 4, 6, 8, 4]');
    expect(says(3)).toContain('/1 + 1 \\rfloor = 5');
    expect(says(4)).toContain('[4, 8]');
    expect(says(4)).toContain('/2 + 1 \\rfloor = 2');
    expect(says(5)).toContain('[2.1, 3.1, 4.1]');
    expect(says(6)).toContain('12');
    expect(says(7)).toContain('1 + 2 + 3 = 6');
    expect(says(11)).toContain('[0.2, 0.5, 0.3]');
    const known = numbersOf(traceOf('picture-kernels'), 0);
    for (const kernel of ['gauss', 'sharpen', 'emboss']) {
      const { data } = known({ what: 'v', names: [kernel], digits: 5 });
      expect(
        data.reduce((sum, weight) => sum + weight, 0),
        kernel,
      ).toBe(1);
    }
    expect(traceOf('learned-kernel').passes.at(-1)?.step).toBe(300);
  });

  it('chapters 5 to 7: pooling, a small network, attention', () => {
    expect(reading('pooling', 1)).toContain('[2, 5, 3] becomes 5');
    expect(reading('pooling', 2)).toContain('[0, 1, 0]');
    expect(reading('pooling', 3)).toContain('[0.33333, 0.33333, 0.33333]');
    expect(lessonProgram('cnn')).toContain('train 20 steps');
    const numbers = numbersOf(traceOf('cnn'), 0);
    expect(numbers({ what: 'v', names: ['maps'], digits: 5 }).shape).toEqual([2, 8, 8]);
    expect(numbers({ what: 'v', names: ['pooled'], digits: 5 }).shape).toEqual([2, 4, 4]);
    const shares = numbersOf(traceOf('softmax'), 0)({ what: 'v', names: ['p'], digits: 5 }).data;
    expect(shares.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
    expect(reading('transformer', 6)).toContain('their shares become 0; with');
  });

  it('chapter 8: what PyTorch gives', () => {
    expect(reading('libtorch', 1)).toContain('that is 0.082167041, as here; w1 has 0.000438568');
    expect(reading('libtorch', 2)).toContain('2x + 4 = 10');
    expect(reading('libtorch', 4)).toContain('1.5 for a and 1.5 for b');
    const { leaves } = runProgram('x = [[[2, 2]]]\ny = maxPool1d(x, 2)\nE = 3*sum(y)');
    expect(leaves[0]?.gradient, 'the first of two equal ones').toEqual([3, 0]);
    // torch.nn.functional.cross_entropy(torch.tensor([[2., 1., 0.], [0., 1., 3.]]), torch.tensor([0, 1]))
    const loss =
      (Math.log(1 + Math.exp(-1) + Math.exp(-2)) + Math.log(Math.exp(-1) + 1 + Math.exp(2))) / 2;
    expect(reading('libtorch', 5)).toContain(`here ${loss.toFixed(4)}`);
  });
});

describe('a text', () => {
  const numbers = numbersOf(traceOf('backpropagation'), 0);

  it('is read into pieces', () => {
    expect(piecesOf('At $x«v w1»$ the **sum** of [[w1]] is «g w5:8»; `a`.', numbers)).toEqual([
      { kind: 'text', text: 'At ' },
      { kind: 'math', text: 'x0.15' },
      { kind: 'text', text: ' the ' },
      { kind: 'strong', text: 'sum' },
      { kind: 'text', text: ' of ' },
      { kind: 'card', text: 'w1' },
      { kind: 'text', text: ' is ' },
      { kind: 'number', text: '0.082167041' },
      { kind: 'text', text: '; ' },
      { kind: 'code', text: 'a' },
      { kind: 'text', text: '.' },
    ]);
    expect(piecesOf('<b>x</b>', numbers)).toEqual([{ kind: 'text', text: '<b>x</b>' }]);
  });

  it.each([
    ['«v nowhere»', 'there is no card nowhere'],
    ['«g i1»', 'there is no gradient'],
    ['«d E w1»', 'nothing flows to w1'],
    ['«v w1[3]»', 'w1 has no element 3'],
    ['«v w1@7»', 'there is no pass 7'],
  ])('cannot state %s', (text, message) => {
    expect(() => piecesOf(text, numbers)).toThrow(message);
  });

  it('counts passes from the end where they are negative', () => {
    expect(passPlace(traceOf('bitmaps'), -1)).toBe(50);
    expect(passPlace(traceOf('bitmaps'), 3)).toBe(3);
  });

  it('takes a word for one name', () => {
    expect(typesetFormula('out\\,(1 - out) = \\sin x, \\mathrm{relu}(QK), outy_1')).toBe(
      '\\mathit{out}\\,(1 - \\mathit{out}) = \\sin x, \\mathrm{relu}(QK), \\mathit{outy}_1',
    );
  });

  it('keeps a sign with the formula or the card before it', () => {
    expect(withSigns(piecesOf('到 $x$）。于是 [[w1]]，`a`，$y$ 好 «v w1»。', numbers))).toEqual([
      { kind: 'text', text: '到 ' },
      { kind: 'math', text: 'x', sign: '）。' },
      { kind: 'text', text: '于是 ' },
      { kind: 'card', text: 'w1', sign: '，' },
      { kind: 'text', text: '' },
      { kind: 'code', text: 'a' },
      { kind: 'text', text: '，' },
      { kind: 'math', text: 'y' },
      { kind: 'text', text: ' 好 ' },
      { kind: 'number', text: '0.15' },
      { kind: 'text', text: '。' },
    ]);
  });

  it('is plain where formulas are not typeset', () => {
    expect(plainFormula("\\tfrac12 (outy_1 - o_1)^2 \\cdot E_z'")).toBe(
      "1/2 (outy_1 - o_1)^2 · E_z'",
    );
    expect(plainFormula('1/\\sqrt{1 - x^2}')).toBe('1/√(1 - x^2)');
    expect(plainFormula('\\mathrm{sigmoid\\_derivative}(out)')).toBe('sigmoid_derivative(out)');
  });
});

it('takes its programs from the playground where it has them', () => {
  expect(lessonProgram('backpropagation')).toBe(presetOf('backpropagation')?.program);
});
