// What is wrong with a formula, and where: a sentence, and the place in the text that it is about.

/** A part of a text, in UTF-16 units; `end` is the first one after it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A formula that cannot be understood. The message is a plain sentence about the place. */
export class FormulaError extends Error {
  override name = 'FormulaError';
  readonly text: string;
  readonly at: Span;

  constructor(message: string, text: string, at: Span) {
    super(message);
    this.text = text;
    this.at = at;
  }
}
