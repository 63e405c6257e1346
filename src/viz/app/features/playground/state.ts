// What of the playground the rest of the page knows of: whether it is open, and what an address says about it.

import { signal } from '@preact/signals';
import { loading } from '../../store.ts';

export const playOpen = signal(false);
/** The program and the numbers as an address writes them. */
export const programCode = signal('');
export const numbersCode = signal('');

/** Opens the playground; `code` and `numbers` are what an address says: untrusted, they may be anything. */
export function openPlayground(code = programCode.peek(), numbers = numbersCode.peek()): void {
  programCode.value = code;
  numbersCode.value = numbers;
  playOpen.value = true;
  void import('./session.ts').then(
    ({ begin }) => begin(),
    () => {
      playOpen.value = false;
      if (loading.peek().status === 'ready') return;
      const detail =
        'A part of the page could not be fetched. Is the seegrad server still running?';
      loading.value = { status: 'failed', message: 'The playground cannot run', detail };
    },
  );
}

/** Opens the playground where the address of the page asks for it. Returns whether it does. */
export function openFromAddress(hash: string): boolean {
  const parts = new URLSearchParams(hash.replace(/^#/, ''));
  const code = parts.get('play');
  if (code === null) return false;
  openPlayground(code, parts.get('numbers') ?? '');
  return true;
}
