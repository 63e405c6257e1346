// The bar at the top: what is being looked at, and the few things that concern the whole page.

import { useState } from 'preact/hooks';
import { formatCount, plural } from '../../model/format.ts';
import { features } from '../features.ts';
import { frame, helpOpen, pass, passIndex, playback, trace } from '../store.ts';
import { theme, toggleTheme } from '../theme.ts';

export function Header({ onFit }: { onFit: () => void }) {
  const passes = trace.value?.passes.length ?? 0;
  const [unfolded, unfold] = useState(false);
  const dark = theme.value === 'dark';
  return (
    <header class={unfolded ? 'header unfolded' : 'header'}>
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
        <button
          type="button"
          class="button round more-toggle"
          aria-expanded={unfolded}
          aria-label="More tools"
          data-testid="more-tools"
          onClick={() => unfold(!unfolded)}
        >
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path d="M3 4h10M3 8h10M3 12h10" />
          </svg>
        </button>
        {features.map(({ header: Part }, k) => Part && <Part key={k} />)}
        <button type="button" class="button" onClick={onFit} title="Fit the graph to the window">
          <kbd>f</kbd> fit
        </button>
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
