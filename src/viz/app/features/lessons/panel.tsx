// The panel of the lessons: the list of chapters, or the text of a step with what turns the pages.

import { useEffect, useRef } from 'preact/hooks';
import { lessons } from '../../../lessons/index.ts';
import type { Language } from '../../../lessons/lesson.ts';
import { Aside } from '../../panels/aside.tsx';
import { Passes } from '../../panels/passes.tsx';
import { trace } from '../../store.ts';
import {
  back,
  editProgram,
  goToList,
  goToStep,
  lesson,
  lessonStep,
  neighbour,
  numbers,
  opened,
  problem,
  show,
  strayed,
  turnPage,
} from './session.ts';
import { language, lessonAt, lessonId, lessonsOpen, speak } from './state.ts';
import { StepText } from './step-text.tsx';
import { PASS_WORDS, WORDS } from './words.ts';

const LANGUAGES: readonly [Language, string, string][] = [
  ['en', 'en', 'English'],
  ['zh', 'zh-CN', '中文'],
];

/** Words of the panel in the language of the reader. */
function say(word: keyof typeof WORDS): string {
  return WORDS[word][language.value];
}

export function Panel() {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const page = `${lessonId.value} ${lessonAt.value}`;
  // The text comes once its program has run; before that there is nothing to go down to.
  const waiting = numbers.value === undefined;
  useEffect(() => beginPage(heading.current), [page, waiting]);
  return (
    <Aside
      class="panel lessons"
      lang={language.value === 'zh' ? 'zh-CN' : 'en'}
      aria-label={say('lessons')}
      data-testid="lessons-panel"
      data-lesson={lessonId.value}
      data-at={lessonAt.value + 1}
      data-strayed={strayed.value}
    >
      <header class="lessons-head">
        <h2 ref={heading} tabIndex={-1}>
          {say('lessons')}
        </h2>
        <Languages />
        <button
          type="button"
          class="button icon small"
          aria-label={say('close')}
          data-testid="lessons-close"
          onClick={() => {
            lessonsOpen.value = false;
          }}
        >
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path d="M4 4l8 8M12 4l-8 8" />
          </svg>
        </button>
      </header>
      {lesson.value === undefined ? <List /> : <Reading />}
    </Aside>
  );
}

/** In the sheet of a narrow window most texts are longer than what is in sight: each begins at its title. */
function beginPage(heading: HTMLElement | null): void {
  const sheet = heading?.closest('.sheet-panel');
  if (sheet === null || sheet === undefined) return;
  const title = sheet.querySelector('.lessons-step');
  const { top } = sheet.getBoundingClientRect();
  sheet.scrollTop +=
    title === null ? -sheet.scrollTop : title.getBoundingClientRect().top - top - 12;
}

function Languages() {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be a row of the header in all browsers
    <div class="choices lessons-languages" role="group" aria-label={say('language')}>
      {LANGUAGES.map(([code, lang, name]) => (
        <button
          key={code}
          type="button"
          lang={lang}
          aria-pressed={language.value === code}
          data-testid={`lang-${code}`}
          onClick={() => speak(code)}
        >
          {name}
        </button>
      ))}
    </div>
  );
}

function List() {
  return (
    <>
      <p class="lessons-intro">{say('intro')}</p>
      <ol class="lessons-list" data-testid="lessons-list">
        {lessons.map(({ id, chapter, title, steps }) => (
          <li key={id}>
            <button
              type="button"
              class="lessons-entry"
              data-testid={`lesson-${id}`}
              onClick={() => goToStep(0, id)}
            >
              <span class="lessons-number">{chapter}</span>
              <span>{title[language.value]}</span>
              <small>
                {steps.length} {language.value === 'zh' ? '步' : 'steps'}
              </small>
            </button>
          </li>
        ))}
      </ol>
      <BackToTrace />
    </>
  );
}

function Reading() {
  const [it, now] = [lesson.value, lessonStep.value];
  if (it === undefined || now === undefined) return null;
  const spoken = language.value;
  const place = `${lessonAt.value + 1} / ${it.steps.length}`;
  return (
    <>
      <p class="lessons-chapter">
        <button type="button" class="link" data-testid="lessons-all" onClick={goToList}>
          {say('all')}
        </button>
        <span>
          {it.chapter}. {it.title[spoken]}
        </span>
      </p>
      <Progress />
      <div class="lessons-step" aria-live="polite" data-testid="lesson-step">
        <h3>
          <span class="unseen">{spoken === 'zh' ? `第 ${place} 步：` : `Step ${place}: `}</span>
          {now.title[spoken]}
        </h3>
        {problem.value === '' ? (
          <StepText text={now.text[spoken]} waiting={say('running')} />
        ) : (
          <p role="alert">
            {say('failed')} <span lang="en">{problem.value}</span>
          </p>
        )}
        {now.predict === true && <p class="lessons-question">? {say('predict')}</p>}
      </div>
      <Turning />
      {numbers.value !== undefined && (trace.value?.passes.length ?? 0) > 1 && (
        <div class="lessons-passes">
          <Passes words={PASS_WORDS[spoken]} />
        </div>
      )}
      <div class="lessons-actions">
        <button type="button" class="button" data-testid="lesson-edit" onClick={editProgram}>
          {say('edit')}
        </button>
        <BackToTrace />
      </div>
    </>
  );
}

/** One button per step: where the reader is, and a way to go anywhere. */
function Progress() {
  return (
    <nav aria-label={say('steps')}>
      <ol class="lessons-progress">
        {lesson.value?.steps.map(({ title }, k) => (
          <li key={title.en}>
            <button
              type="button"
              aria-label={`${k + 1}. ${title[language.value]}`}
              aria-current={k === lessonAt.value ? 'step' : undefined}
              title={title[language.value]}
              data-past={k < lessonAt.value}
              onClick={() => goToStep(k)}
            >
              {k + 1}
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}

function Turning() {
  const [before, next] = [neighbour(-1), neighbour(1)];
  const here = lessonId.value;
  return (
    <div class="lessons-turning">
      <button
        type="button"
        class="button"
        aria-disabled={before === undefined}
        data-testid="lesson-before"
        title="PageUp"
        onClick={() => turnPage(-1)}
      >
        ← {say(before !== undefined && before.id !== here ? 'lessonBefore' : 'before')}
      </button>
      <button
        type="button"
        class="button primary"
        aria-disabled={next === undefined}
        data-testid="lesson-next"
        title="PageDown"
        onClick={() => turnPage(1)}
      >
        {say(next !== undefined && next.id !== here ? 'nextLesson' : 'next')} →
      </button>
      {strayed.value && (
        <button type="button" class="button" data-testid="lesson-return" onClick={show}>
          ↺ {say('strayed')}
        </button>
      )}
    </div>
  );
}

function BackToTrace() {
  if (opened.value === undefined) return null;
  return (
    <button type="button" class="button" data-testid="lessons-back" onClick={back}>
      {say('trace')}
    </button>
  );
}
