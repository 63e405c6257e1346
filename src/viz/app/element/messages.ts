// What the element and the viewer in its frame tell each other. They meet by two words over the window, and from then on
// speak through a port that nobody else has.

/** From the viewer to the page around it: I am here, and listen. */
export const HELLO = 'seegrad-viewer-here';
/** From the page to the viewer, with the port. */
export const PORT = 'seegrad-viewer-port';

/** Where to look at a trace. */
export interface Place {
  /** As the address of the viewer has it after the `#`: `step=10&node=outh1&paths=1`. */
  view: string | undefined;
  pass: number | undefined;
  step: number | undefined;
}

export type ToViewer =
  | ({ type: 'trace'; text: string } & Place)
  | { type: 'failed'; message: string; detail: string }
  | ({ type: 'place' } & Place)
  | { type: 'theme'; theme: 'light' | 'dark' | undefined };

/** What is shown. */
export interface Shown {
  pass: number;
  passes: number;
  step: number;
  steps: number;
}

export type FromViewer =
  | { type: 'load'; title: string | undefined }
  | { type: 'error'; message: string }
  | ({ type: 'step' } & Shown)
  | { type: 'select'; node: number | undefined; name: string | undefined };
