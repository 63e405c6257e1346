// A program that is being watched: its passes come in while it runs. Says how it goes, and follows the newest pass.

import { effect } from '@preact/signals';
import { plural } from '../../../model/format.ts';
import type { Feature } from '../../feature.ts';
import { live, loading } from '../../store.ts';
import { following, setFollowing, total } from './state.ts';

// Not inside a component: a page that waits for the first pass shows none of them. Only a page that watches loads this.
effect(() => {
  if (live.value !== 'connecting' || loading.value.status === 'loading') return;
  void import('./stream.ts').then(({ listen }) => listen());
});

export const liveFeature: Feature = {
  header: Badge,
  headerStays: true,
  keys: [
    {
      keys: ['w', 'W'],
      label: 'w',
      does: 'watching a program: follow its newest pass, or stay at this one',
      run: () => {
        if (live.value !== undefined) setFollowing(!following.value);
      },
    },
  ],
};

const WORDS = {
  connecting: 'connecting …',
  running: 'live',
  over: 'ended',
  lost: 'connection lost, trying again',
} as const;

function Badge() {
  const state = live.value;
  if (state === undefined) return null;
  return (
    <div class="live">
      <span class={`live-state ${state}`} role="status" data-testid="live">
        <i aria-hidden="true">{state === 'running' ? '●' : state === 'over' ? '■' : '○'}</i>{' '}
        {WORDS[state]} · {plural(total.value, 'pass', 'passes')}
      </span>
      {state === 'running' && (
        <button
          type="button"
          class="button"
          aria-pressed={following.value}
          title="Show each new pass as it comes (w)"
          data-testid="follow"
          onClick={() => setFollowing(!following.value)}
        >
          <kbd>w</kbd> {following.value ? 'following' : 'follow'}
        </button>
      )}
    </div>
  );
}
