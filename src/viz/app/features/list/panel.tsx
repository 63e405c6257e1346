// The list of steps. Only the rows in view are on the page; the row of the current step always is, and is the one that Tab
// reaches. The arrow keys go from step to step, and the focus with them.

import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { formatCount } from '../../../model/format.ts';
import type { Playback } from '../../../model/playback.ts';
import { numberText, quietLine, type StepLine, stepLine } from '../../../model/step-lines.ts';
import { signOf } from '../../../model/tone.ts';
import { earliest, goTo, playback, secretEdges, selectCard, step, stepCount } from '../../store.ts';
import { listAlone, listFocused, listOpen } from './state.ts';

/** The height of a row in pixels, as the style sheet has it. */
const ROW = 78;
/** Rows beyond the edge of the window, so that scrolling does not run into the void. */
const SPARE = 6;
/** Browsers have no elements of more than some ten million pixels; longer lists come in parts. */
const MOST_ROWS = 150_000;
const PAGE = 10;

export function Panel() {
  const current = playback.value;
  if (current === undefined) return null;
  return (
    <section class="list-panel" aria-label="Steps" data-testid="list">
      <div class="list-head">
        <h2>Steps</h2>
        <button
          type="button"
          class="button small list-alone"
          aria-pressed={listAlone.value}
          data-testid="list-alone"
          onClick={() => {
            listAlone.value = !listAlone.value;
          }}
        >
          without the graph
        </button>
        <button
          type="button"
          class="button small"
          data-testid="list-close"
          onClick={() => {
            listOpen.value = false;
          }}
        >
          close
        </button>
      </div>
      <Rows current={current} />
    </section>
  );
}

function Rows({ current }: { current: Playback }) {
  const scroller = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState({ top: 0, height: 800 });
  const count = stepCount.value - earliest.value + 1;
  const now = step.value - earliest.value;
  const base = Math.floor(now / MOST_ROWS) * MOST_ROWS;
  const length = Math.min(MOST_ROWS, count - base);
  // What is behind another tab cannot be scrolled.
  const inSight = seen.height > 0;
  // Before the page changes: a row that leaves it takes the focus with it.
  const focused = scroller.current?.contains(document.activeElement) === true;
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const look = () => setSeen({ top: element.scrollTop, height: element.clientHeight });
    const observer = new ResizeObserver(look);
    observer.observe(element);
    look();
    return () => {
      observer.disconnect();
      listFocused.value = false;
    };
  }, []);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    keepInView(element, (now - base) * ROW);
    if (!focused) return;
    element.querySelector<HTMLElement>('[aria-current]')?.focus({ preventScroll: true });
  }, [now, base, inSight]);
  return (
    <div
      ref={scroller}
      class="step-rows"
      onScroll={({ currentTarget: { scrollTop: top, clientHeight: height } }) =>
        setSeen({ top, height })
      }
      onFocusIn={() => {
        listFocused.value = true;
      }}
      onFocusOut={({ relatedTarget, currentTarget }) => {
        listFocused.value = currentTarget.contains(relatedTarget as Node | null);
      }}
    >
      <ol style={{ height: `${length * ROW}px` }} onKeyDown={walk}>
        {rowsIn(seen, length, now - base).map(row => (
          <Row
            key={base + row}
            current={current}
            t={earliest.value + base + row}
            top={row * ROW}
            place={base + row + 1}
            count={count}
          />
        ))}
      </ol>
    </div>
  );
}

/** The rows that are in view or nearly so, and the current one. */
function rowsIn(seen: { top: number; height: number }, length: number, now: number): number[] {
  const first = Math.max(0, Math.floor(seen.top / ROW) - SPARE);
  const last = Math.min(length - 1, Math.ceil((seen.top + seen.height) / ROW) + SPARE);
  const rows = Array.from({ length: Math.max(0, last - first + 1) }, (_, k) => first + k);
  if (now < first) return [now, ...rows];
  return now > last ? [...rows, now] : rows;
}

function keepInView(element: HTMLElement, top: number): void {
  const { scrollTop, clientHeight } = element;
  const below = top + ROW - scrollTop - clientHeight;
  if (top < scrollTop - clientHeight || below > clientHeight) {
    element.scrollTop = top - (clientHeight - ROW) / 2;
  } else if (top < scrollTop) element.scrollTop = top;
  else if (below > 0) element.scrollTop = scrollTop + below;
}

function walk(event: KeyboardEvent): void {
  const to = {
    ArrowDown: step.value + 1,
    ArrowUp: step.value - 1,
    PageDown: step.value + PAGE,
    PageUp: step.value - PAGE,
    Home: earliest.value,
    End: stepCount.value,
  }[event.key];
  if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  goTo(to);
}

interface RowProps {
  current: Playback;
  t: number;
  top: number;
  /** Its place among all rows, from 1. */
  place: number;
  count: number;
}

function Row({ current, t, top, place, count }: RowProps) {
  const now = step.value === t;
  const hidden = secretEdges.value !== undefined && t > step.value;
  const line = hidden ? quietLine(current, t) : stepLine(current, t);
  return (
    <li style={{ top: `${top}px` }} aria-posinset={place} aria-setsize={count}>
      <button
        type="button"
        class={t < 0 ? 'step-row forward' : 'step-row'}
        tabIndex={now ? 0 : -1}
        aria-current={now ? 'step' : undefined}
        data-testid="step-row"
        data-step={t}
        onClick={() => {
          goTo(t);
          if (line.card !== undefined) selectCard(line.card);
        }}
      >
        {line.card === undefined ? <b>{line.about}</b> : <Line line={line} t={t} />}
      </button>
    </li>
  );
}

function Line({ line, t }: { line: StepLine; t: number }) {
  const text = numberText(line);
  return (
    <>
      <span class="step-row-head">
        <span class="step-row-at">
          <span class="unseen">{t < 0 ? 'forward ' : 'step '}</span>
          {formatCount(t < 0 ? t - earliest.value : t)}
        </span>{' '}
        <b>{line.name}</b>{' '}
        {text !== '' && (
          <span class="step-row-number">
            {line.kind} <span class={`number ${signOf(line.number)}`}>{text}</span>
          </span>
        )}
      </span>{' '}
      <span class="step-row-about">{line.about}</span>
    </>
  );
}
