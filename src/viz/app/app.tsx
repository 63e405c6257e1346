// The page as a whole: where the panels are, and what holds for all of them.

import { useSignalEffect } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { openLessons } from './features/lessons/state.ts';
import { askForFile, DropTarget } from './features/open-file/index.tsx';
import { openPlayground } from './features/playground/state.ts';
import { features } from './features.ts';
import { keyTable, listenToKeys } from './keyboard.ts';
import { type GraphHandle, GraphPanel } from './panels/graph.tsx';
import { Header } from './panels/header.tsx';
import { Help } from './panels/help.tsx';
import { Inspector } from './panels/inspector.tsx';
import { Panels } from './panels/places.tsx';
import { Sheet } from './panels/sheet.tsx';
import { Sidebar } from './panels/sidebar.tsx';
import { Transport } from './panels/transport.tsx';
import { narrow, sheetSize } from './sheet.ts';
import {
  cardName,
  folded,
  goTo,
  loading,
  passIndex,
  playing,
  playSpeed,
  STEP_MS,
  selectedCard,
  step,
  stepCount,
  trace,
} from './store.ts';
import { theme } from './theme.ts';

/** The page is drawn no more often than this. */
const FRAME_MS = 16;
/** A page that comes back from where nobody saw it goes on, and does not make up for the time. */
const LONGEST_JUMP_MS = 250;

export function App() {
  const graph = useRef<GraphHandle | undefined>(undefined);
  const fit = useMemo(() => () => graph.current?.fit(), []);
  const keys = useMemo(() => keyTable(fit), [fit]);
  useEffect(() => listenToKeys(keys), [keys]);
  useSignalEffect(() => {
    document.documentElement.setAttribute('data-theme', theme.value);
  });
  useSignalEffect(() => {
    document.title = `${trace.value?.title ?? 'trace'} · seegrad`;
  });
  useSignalEffect(() => {
    if (!playing.value) return;
    const period = STEP_MS / playSpeed.value;
    let last = performance.now();
    const timer = setInterval(
      () => {
        const now = performance.now();
        const passed = Math.min(now - last, Math.max(period, LONGEST_JUMP_MS));
        last = now;
        goTo(step.value + Math.max(1, Math.round(passed / period)));
        if (step.value >= stepCount.value) playing.value = false;
      },
      Math.max(FRAME_MS, period),
    );
    return () => clearInterval(timer);
  });
  if (loading.value.status !== 'ready') return <NotReady />;
  const selected = selectedCard.value;
  const wide = !narrow.value;
  return (
    <div
      class={wide ? 'app' : 'app phone'}
      data-sheet={wide ? undefined : sheetSize.value}
      data-testid="app"
      data-ready="true"
      data-step={step.value}
      data-steps={stepCount.value}
      data-pass={passIndex.value}
      data-folded={folded.value}
      data-selected={selected === undefined ? '' : cardName(selected)}
    >
      <Header onFit={fit} />
      {wide && <Sidebar />}
      <GraphPanel handle={graph} />
      {wide ? <Inspector /> : <Sheet />}
      <div class="foot">
        {wide && <Panels place="below" />}
        <Transport />
      </div>
      <Help table={keys} />
      {wide && <Panels place="left" />}
      {features.map(({ overlay: Part }, k) => Part && <Part key={k} />)}
    </div>
  );
}

function NotReady() {
  const state = loading.value;
  if (state.status === 'loading') {
    return (
      <main class="message" aria-busy="true" data-testid="loading">
        <p>Reading the trace …</p>
      </main>
    );
  }
  if (state.status === 'ready') return null;
  return (
    <main class="message" data-testid="failure">
      <h1>
        see<span class="nabla">∇</span>grad
      </h1>
      <div role="alert">
        <h2>{state.message}</h2>
        <p>{state.detail}</p>
      </div>
      <p class="hint">
        A trace is written by <code>record()</code>; see it with{' '}
        <code>seegrad view trace.json</code>.
      </p>
      <button type="button" class="button" data-testid="failure-open" onClick={askForFile}>
        open a trace file, or drop one here
      </button>
      <DropTarget />
      <button
        type="button"
        class="button"
        data-testid="failure-playground"
        onClick={() => openPlayground()}
      >
        or try the playground, which needs none
      </button>
      <button
        type="button"
        class="button"
        data-testid="failure-lessons"
        onClick={() => openLessons()}
      >
        or read the lessons
      </button>
    </main>
  );
}
