// A part of the page whose code is loaded when it is first shown.

import { signal } from '@preact/signals';
import type { FunctionComponent } from 'preact';

export function lazy(load: () => Promise<FunctionComponent>): FunctionComponent {
  const loaded = signal<{ Part: FunctionComponent } | undefined>(undefined);
  let asked = false;
  return () => {
    if (loaded.value !== undefined) {
      const { Part } = loaded.value;
      return <Part />;
    }
    if (!asked) {
      asked = true;
      load().then(
        Part => {
          loaded.value = { Part };
        },
        () => {
          asked = false;
        },
      );
    }
    return null;
  };
}
