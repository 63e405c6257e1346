// The bar at the top: what is being looked at, and the few things that concern the whole page.

import { useEffect, useRef, useState } from 'preact/hooks';
import { formatCount, plural } from '../../model/format.ts';
import { features } from '../features.ts';
import { narrow } from '../sheet.ts';
import { frame, helpOpen, pass, passIndex, playback, trace } from '../store.ts';
import { theme, toggleTheme } from '../theme.ts';

export function Header({ onFit }: { onFit: () => void }) {
  const passes = trace.value?.passes.length ?? 0;
  const dark = theme.value === 'dark';
  return (
    <header class="header">
      <h1 class="brand" aria-label="seegrad">
        see<span class="nabla">∇</span>grad
      </h1>
      {trace.value && (
        <span class="chip" data-testid="title">
          {trace.value.title ?? 'untitled trace'}
        </span>
      )}
      {frame.value && (
        <p class="counts" data-testid="counts">
          {plural(frame.value.cards.length, 'card')}
          <i> · </i>
          {plural(playback.value?.cards.model.nodes.length ?? 0, 'node')}
          <i> · </i>
          {plural(frame.value.edges.length, 'edge')}
          {passes > 1 && (
            <>
              <i> · </i>
              pass {formatCount(passIndex.value + 1)} of {formatCount(passes)}
            </>
          )}
          {pass.value?.label !== undefined && (
            <>
              <i> · </i>
              {pass.value.label}
            </>
          )}
        </p>
      )}
      <div class="header-buttons">
        {narrow.value ? <FoldedTools /> : <Tools onFit={onFit} />}
        <button
          type="button"
          class="button round"
          onClick={toggleTheme}
          data-testid="theme"
          aria-label={dark ? 'Switch to the light theme' : 'Switch to the dark theme'}
        >
          {dark ? <Moon /> : <Sun />}
        </button>
      </div>
    </header>
  );
}

function Tools({ onFit }: { onFit: () => void }) {
  return (
    <>
      {features.map(({ header: Part }, k) => Part && <Part key={k} />)}
      <button type="button" class="button" onClick={onFit} title="Fit the graph to the window">
        <kbd>f</kbd> fit
      </button>
      <HelpButton />
    </>
  );
}

function HelpButton() {
  return (
    <button
      type="button"
      class="button"
      onClick={() => {
        helpOpen.value = true;
      }}
      data-testid="help"
      title="Show the keys"
    >
      <kbd>?</kbd> keys
    </button>
  );
}

/** In a narrow window only what tells something stays in sight; the tools wait behind a button, with those of the transport. */
function FoldedTools() {
  const [unfolded, unfold] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!unfolded) return;
    const outside = (event: Event) => {
      if (!place.current?.contains(event.target as Node)) unfold(false);
    };
    window.addEventListener('pointerdown', outside);
    return () => window.removeEventListener('pointerdown', outside);
  }, [unfolded]);
  return (
    <>
      {features.map(
        ({ header: Part, headerStays }, k) => headerStays === true && Part && <Part key={k} />,
      )}
      <div ref={place} class="folded">
        <button
          type="button"
          class="button round"
          aria-expanded={unfolded}
          aria-controls="tools"
          aria-label="More tools"
          data-testid="more-tools"
          onClick={() => unfold(!unfolded)}
        >
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path d="M3 4h10M3 8h10M3 12h10" />
          </svg>
        </button>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: it is the buttons in it that are pressed. */}
        <div
          id="tools"
          class={unfolded ? 'tools' : 'tools away'}
          onKeyDown={({ key }) => key === 'Escape' && unfold(false)}
          onClick={({ target }) => {
            // What opens a menu of its own stays with it.
            if (target instanceof Element && target.closest('[aria-haspopup]') === null) {
              unfold(false);
            }
          }}
        >
          {features.map(
            ({ header: Part, headerStays }, k) => headerStays !== true && Part && <Part key={k} />,
          )}
          {features.map(({ transport: Part }, k) => Part && <Part key={k} />)}
          <HelpButton />
        </div>
      </div>
    </>
  );
}

function Sun() {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true">
      <circle cx="8" cy="8" r="3" />
      <path d="M8 1v2M8 13v2M1 8h2M13 8h2M3 3l1.4 1.4M11.6 11.6L13 13M3 13l1.4-1.4M11.6 4.4L13 3" />
    </svg>
  );
}

function Moon() {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true">
      <path d="M13.2 9.6A5.6 5.6 0 0 1 6.4 2.8a5.6 5.6 0 1 0 6.8 6.8z" />
    </svg>
  );
}
