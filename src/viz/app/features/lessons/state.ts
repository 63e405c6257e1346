// What of the lessons the rest of the page knows of: whether they are open, where in them the reader is, and the language.

import { batch, signal } from '@preact/signals';
import type { Language } from '../../../lessons/lesson.ts';
import { embeddedTrace } from '../../embedded.ts';
import { loading } from '../../store.ts';

const KEY = 'seegrad.language';
/** What the tab of the lessons says. */
export const LESSONS_TAB = 'Lessons';

export const lessonsOpen = signal(false);
/** The lesson that is read; none while the list of them is shown. */
export const lessonId = signal('');
/** The place of its step, from 0. */
export const lessonAt = signal(0);
export const language = signal<Language>(remembered());

/** Opens the lessons. What an address says is untrusted and may name a lesson or a step that there is not. */
export function openLessons(id = lessonId.peek(), at = lessonAt.peek()): void {
  batch(() => {
    lessonId.value = id;
    lessonAt.value = at;
    lessonsOpen.value = true;
  });
  withSession(({ begin }) => begin());
}

/** Opens the lessons where the address of the page asks for it. Returns whether it does. */
export function lessonFromAddress(hash: string): boolean {
  const parts = new URLSearchParams(hash.replace(/^#/, ''));
  const id = parts.get('lesson');
  if (id === null || embeddedTrace !== undefined) return false;
  readLanguage(parts.get('lang') ?? '');
  openLessons(id, placeFrom(parts.get('at') ?? '1'));
  return true;
}

/** The next step or the one before. */
export function turn(by: 1 | -1): void {
  if (lessonsOpen.peek()) withSession(({ turnPage }) => turnPage(by));
}

/** The place of a step as an address counts it, from 1. */
export function placeFrom(text: string): number {
  return /^\d{1,3}$/.test(text) ? Math.max(0, Number(text) - 1) : 0;
}

export function readLanguage(text: string): void {
  if (text === 'en' || text === 'zh') language.value = text;
}

export function speak(chosen: Language): void {
  language.value = chosen;
  try {
    localStorage.setItem(KEY, chosen);
  } catch {
    // Storage may be switched off; the choice then lasts as long as the page.
  }
}

/** The language that was chosen before, else the one that the browser asks for. */
function remembered(): Language {
  try {
    const kept = localStorage.getItem(KEY);
    if (kept === 'en' || kept === 'zh') return kept;
  } catch {
    // As if nothing had been kept.
  }
  return navigator.language.startsWith('zh') ? 'zh' : 'en';
}

function withSession(use: (session: typeof import('./session.ts')) => void): void {
  void import('./session.ts').then(use, () => {
    lessonsOpen.value = false;
    if (loading.peek().status === 'ready') return;
    const detail = 'A part of the page could not be fetched. Is the seegrad server still running?';
    loading.value = { status: 'failed', message: 'The lessons cannot be shown', detail };
  });
}
