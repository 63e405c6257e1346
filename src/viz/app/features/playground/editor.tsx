// The text of the program, with line numbers, and what is wrong with it: a sentence, the line and carets under the place.

import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { PlayProblem } from '../../../play/result.ts';
import { problem, program, setProgram } from './session.ts';

/** How long to wait after a key before the program is run. */
const PAUSE_MS = 180;
const MOST_LINES = 12;

export function Editor() {
  const text = useSignal(program.peek());
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const gutter = useRef<HTMLPreElement>(null);
  // A preset or a link replaces what stands there; what is being typed is newer than the program.
  useEffect(
    () =>
      program.subscribe(newest => {
        if (timer.current === undefined) text.value = newest;
      }),
    [text],
  );
  useEffect(() => () => clearTimeout(timer.current), []);
  const type = (typed: string): void => {
    text.value = typed;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      timer.current = undefined;
      setProgram(typed);
    }, PAUSE_MS);
  };
  const wrong = problem.value;
  const lines = text.value.split('\n').length;
  return (
    <>
      <div class="play-editor">
        <pre ref={gutter} class="play-lines" aria-hidden="true">
          {Array.from({ length: lines }, (_, k) => (
            <span key={k} class={wrong?.line === k + 1 ? 'wrong' : ''}>
              {wrong?.line === k + 1 ? '▸' : ''}
              {k + 1}
              {'\n'}
            </span>
          ))}
        </pre>
        <textarea
          class="play-text"
          aria-label="Program"
          aria-invalid={wrong !== undefined}
          aria-describedby="play-problem"
          data-testid="play-text"
          spellcheck={false}
          autocomplete="off"
          autocapitalize="off"
          wrap="off"
          maxLength={20_000}
          rows={Math.min(MOST_LINES, Math.max(5, lines))}
          value={text.value}
          onInput={({ currentTarget }) => type(currentTarget.value)}
          onScroll={({ currentTarget }) => {
            if (gutter.current !== null) gutter.current.scrollTop = currentTarget.scrollTop;
          }}
        />
      </div>
      <div id="play-problem" role="alert" data-testid="play-problem">
        {wrong !== undefined && <Problem wrong={wrong} text={text.value} />}
      </div>
    </>
  );
}

/** Columns of the line that fit into the panel. */
const COLUMNS = 44;

function Problem({ wrong, text }: { wrong: PlayProblem; text: string }) {
  const line = text.split('\n')[wrong.line - 1] ?? '';
  const from = Math.max(0, Math.min(wrong.column - 1 - COLUMNS / 2, line.length - COLUMNS));
  const shown = line.slice(from, from + COLUMNS);
  const before = ' '.repeat(Math.max(0, wrong.column - 1 - from));
  const carets = '^'.repeat(Math.max(1, Math.min(wrong.length, COLUMNS - before.length)));
  return (
    <div class="play-problem">
      <p>
        <b>Line {wrong.line}:</b> {wrong.message}
      </p>
      <pre aria-hidden="true">
        {shown}
        {'\n'}
        {before}
        {carets}
      </pre>
    </div>
  );
}
