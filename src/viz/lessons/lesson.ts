// What a lesson is: a chapter of the tutorial as steps, each a text in two languages and what the view shows beside it.

import type { ColourBy } from '../model/colouring.ts';

export type Language = 'en' | 'zh';

/** One text in each language. See text.ts for what may stand in it: formulas, numbers of the trace, names of cards. */
export type Both = Readonly<Record<Language, string>>;

/** What the view shows while a step is read. All of it is set anew by every step, so that steps can be taken in any order. */
export interface LessonView {
  /** A preset of the playground or one of the programs in programs.ts; unless given that of the lesson. */
  readonly program?: string;
  /** Place of the pass in the trace; −1 is the last one. */
  readonly pass?: number;
  /** The step of the backward pass: the card that fires, by name, or 0 for before it; unless given all of it has run. */
  readonly at?: string | 0;
  readonly select?: string;
  /** All paths from the loss to the selected card. */
  readonly paths?: boolean;
  /** Ask for the next factors instead of showing them. */
  readonly predict?: boolean;
  /** Every op as a card of its own. */
  readonly unfold?: boolean;
  readonly colour?: ColourBy;
  /** Which tensor of the selected card is pictured. */
  readonly shown?: 'value' | 'gradient';
}

export interface LessonStep extends LessonView {
  readonly title: Both;
  readonly text: Both;
}

export interface Lesson {
  readonly id: string;
  /** Of the tutorial. */
  readonly chapter: number;
  readonly title: Both;
  readonly program: string;
  readonly steps: readonly LessonStep[];
}
