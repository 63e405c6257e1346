// Dark and light. The system decides until a person does; that choice is remembered where the browser lets us.

import { computed, signal } from '@preact/signals';

export type Theme = 'light' | 'dark';

const KEY = 'seegrad.theme';
const system = window.matchMedia('(prefers-color-scheme: dark)');
const systemTheme = signal<Theme>(system.matches ? 'dark' : 'light');
const chosen = signal<Theme | undefined>(remembered());

export const theme = computed<Theme>(() => chosen.value ?? systemTheme.value);

system.addEventListener('change', event => {
  systemTheme.value = event.matches ? 'dark' : 'light';
});

export function toggleTheme(): void {
  chosen.value = theme.value === 'dark' ? 'light' : 'dark';
  try {
    localStorage.setItem(KEY, chosen.value);
  } catch {
    // Storage may be switched off; the choice then lasts as long as the page.
  }
}

/** Sets a theme for this page alone; without one it is again what was chosen before, or the system's. */
export function fixTheme(fixed: Theme | undefined): void {
  chosen.value = fixed ?? remembered();
}

function remembered(): Theme | undefined {
  try {
    const value = localStorage.getItem(KEY);
    return value === 'dark' || value === 'light' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether movement should be kept to a minimum. */
export function reducedMotion(): boolean {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches;
}
