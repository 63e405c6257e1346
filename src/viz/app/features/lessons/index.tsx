// The lessons: the chapters of the tutorial beside the live graph, each step of the text driving the view. Texts, panel and
// engine are loaded when they are first opened.

import { embeddedTrace } from '../../embedded.ts';
import type { Feature } from '../../feature.ts';
import { lazy } from '../../lazy.tsx';
import {
  LESSONS_TAB,
  language,
  lessonAt,
  lessonId,
  lessonsOpen,
  openLessons,
  placeFrom,
  readLanguage,
  turn,
} from './state.ts';

const reading = () => lessonsOpen.value;
const Panel = lazy(reading, async () => (await import('./panel.tsx')).Panel);

function toggle(): void {
  if (lessonsOpen.value) lessonsOpen.value = false;
  else openLessons();
}

const feature: Feature = {
  panel: { place: 'left', tab: LESSONS_TAB, open: reading, view: Panel },
  header: Toggle,
  keys: [
    { keys: ['l', 'L'], label: 'l', does: 'lessons: the tutorial, step by step', run: toggle },
    {
      keys: ['PageDown', ']'],
      label: 'PgDn ]',
      does: 'the next step of the lesson',
      when: reading,
      run: () => turn(1),
    },
    {
      keys: ['PageUp', '['],
      label: 'PgUp [',
      does: 'the step of the lesson before',
      when: reading,
      run: () => turn(-1),
    },
  ],
  address: [
    {
      name: 'lesson',
      write: () => (lessonsOpen.value ? lessonId.value || 'list' : undefined),
      // Another lesson begins at its first step, unless the address goes on to say which.
      read: text => openLessons(text, text === lessonId.peek() ? lessonAt.peek() : 0),
    },
    {
      name: 'at',
      write: () =>
        lessonsOpen.value && lessonId.value !== '' ? String(lessonAt.value + 1) : undefined,
      read: text => {
        lessonAt.value = placeFrom(text);
        if (lessonsOpen.peek()) openLessons();
      },
    },
    {
      name: 'lang',
      write: () => (lessonsOpen.value ? language.value : undefined),
      read: readLanguage,
    },
  ],
};

/** An exported file has no engine that could run a lesson. */
export const lessonsFeature: Feature = embeddedTrace === undefined ? feature : {};

function Toggle() {
  return (
    <button
      type="button"
      class={lessonsOpen.value ? 'button lessons-toggle pressed' : 'button lessons-toggle'}
      aria-pressed={lessonsOpen.value}
      title="Read the tutorial beside the graph (l)"
      data-testid="lessons"
      onClick={toggle}
    >
      <kbd>l</kbd> lessons
    </button>
  );
}
