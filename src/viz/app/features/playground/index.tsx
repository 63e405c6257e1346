// The playground: a program that the engine runs in the page, with sliders on its leaves. The engine, the presets and the
// panel are loaded when it is first opened.

import { embeddedTrace } from '../../embedded.ts';
import type { Feature } from '../../feature.ts';
import { lazy } from '../../lazy.tsx';
import { numbersCode, openPlayground, playOpen, programCode } from './state.ts';

const open = () => playOpen.value;
const Panel = lazy(open, async () => (await import('./panel.tsx')).Panel);

function toggle(): void {
  if (playOpen.value) playOpen.value = false;
  else openPlayground();
}

const feature: Feature = {
  panel: { place: 'left', tab: 'Playground', open, view: Panel },
  header: Toggle,
  keys: [
    {
      keys: ['e', 'E'],
      label: 'e',
      does: 'playground: edit a program, drag its leaves',
      run: toggle,
    },
  ],
  address: [
    {
      name: 'play',
      write: () => (playOpen.value ? programCode.value : undefined),
      read: text => openPlayground(text, numbersCode.peek()),
    },
    {
      name: 'numbers',
      write: () => (playOpen.value && numbersCode.value !== '' ? numbersCode.value : undefined),
      read: text => {
        if (playOpen.peek()) openPlayground(programCode.peek(), text);
        else numbersCode.value = text;
      },
    },
  ],
};

function Toggle() {
  return (
    <button
      type="button"
      class={playOpen.value ? 'button play-toggle pressed' : 'button play-toggle'}
      aria-pressed={playOpen.value}
      title="Edit a program and drag its leaves (e)"
      data-testid="playground"
      onClick={toggle}
    >
      <kbd>e</kbd> playground
    </button>
  );
}

/** An exported file has no engine beside it. */
export const playgroundFeature: Feature = embeddedTrace === undefined ? feature : {};
