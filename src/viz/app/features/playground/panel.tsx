// The panel of the playground: presets, the program, sliders on its leaves, and the derivation.

import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { presets } from '../../../play/presets.ts';
import { Aside } from '../../panels/aside.tsx';
import { DerivationSection } from './derivation.tsx';
import { Editor } from './editor.tsx';
import { LeafSection } from './leaves.tsx';
import { back, linkToProgram, opened, program, reset, setProgram, values } from './session.ts';
import { playOpen } from './state.ts';

const CHAPTERS: readonly string[] = [
  '',
  'Derivatives',
  'Backpropagation',
  'Two bitmaps',
  'Convolution',
  'Pooling',
  'Convolutional networks',
  'The Transformer',
];

export function Panel() {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <Aside class="panel playground" aria-label="Playground" data-testid="play-panel">
      <header class="play-head">
        <h2 ref={heading} tabIndex={-1}>
          Playground
        </h2>
        <button
          type="button"
          class="button icon small"
          aria-label="Close the playground"
          onClick={() => {
            playOpen.value = false;
          }}
        >
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path d="M4 4l8 8M12 4l-8 8" />
          </svg>
        </button>
      </header>
      <section>
        <PresetPicker />
        <Editor />
        <Actions />
      </section>
      <LeafSection />
      <DerivationSection />
    </Aside>
  );
}

function PresetPicker() {
  const chosen = presets.find(preset => preset.program === program.value)?.id ?? '';
  const chapters = [...new Set(presets.map(({ chapter }) => chapter))];
  return (
    <select
      class="play-presets"
      aria-label="Examples from the tutorial"
      data-testid="play-presets"
      value={chosen}
      onChange={({ currentTarget }) => {
        const preset = presets.find(({ id }) => id === currentTarget.value);
        if (preset !== undefined) setProgram(preset.program, preset.leaf);
      }}
    >
      <option value="" disabled>
        your own program
      </option>
      {chapters.map(chapter => (
        <optgroup key={chapter} label={`${chapter}. ${CHAPTERS[chapter] ?? ''}`}>
          {presets
            .filter(preset => preset.chapter === chapter)
            .map(({ id, title }) => (
              <option key={id} value={id}>
                {title}
              </option>
            ))}
        </optgroup>
      ))}
    </select>
  );
}

const copied = signal('');

function Actions() {
  const changed = Object.keys(values.value).length > 0;
  const before = opened.value;
  return (
    <div class="play-actions">
      <button
        type="button"
        class="button"
        disabled={!changed}
        data-testid="play-reset"
        onClick={reset}
      >
        reset numbers
      </button>
      <button type="button" class="button" data-testid="play-share" onClick={() => void copyLink()}>
        copy link
      </button>
      {before !== undefined && (
        <button type="button" class="button" data-testid="play-back" onClick={back}>
          back to the trace
        </button>
      )}
      <span role="status" class="play-copied">
        {copied.value}
      </span>
    </div>
  );
}

async function copyLink(): Promise<void> {
  const link = linkToProgram();
  history.replaceState(null, '', link);
  try {
    await navigator.clipboard.writeText(link);
    copied.value = 'copied';
  } catch {
    copied.value = 'the link is in the address bar';
  }
}
