// A component whose code is loaded when it is first wanted; until then, and while it is not wanted, there is nothing.

import { signal } from '@preact/signals';
import type { FunctionComponent } from 'preact';
import { useEffect } from 'preact/hooks';

/** `wanted` reads signals; `load` imports the component. A chunk that cannot be fetched is asked for again the next time. */
export function lazy<Props extends object>(
  wanted: () => boolean,
  load: () => Promise<FunctionComponent<Props>>,
): FunctionComponent<Props> {
  const loaded = signal<FunctionComponent<Props> | undefined>(undefined);
  return function Lazy(props: Props) {
    const now = wanted();
    useEffect(() => {
      if (!now || loaded.peek() !== undefined) return;
      load().then(
        component => {
          loaded.value = component;
        },
        () => undefined,
      );
    }, [now]);
    const Component = loaded.value;
    return now && Component !== undefined ? <Component {...props} /> : null;
  };
}
