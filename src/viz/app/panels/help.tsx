// The list of keys, in a dialog that the browser keeps the focus in.

import { useEffect, useRef } from 'preact/hooks';
import type { Key } from '../feature.ts';
import { helpOpen } from '../store.ts';

export function Help({ table }: { table: readonly Key[] }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const open = helpOpen.value;
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  const close = () => {
    helpOpen.value = false;
  };
  return (
    <dialog ref={dialog} class="help" aria-labelledby="help-title" onClose={close}>
      <h2 id="help-title">Keys</h2>
      <dl>
        {table
          .filter(({ label }) => label !== '')
          .map(({ label, does }) => (
            <div key={label}>
              <dt>
                <kbd>{label}</kbd>
              </dt>
              <dd>{does}</dd>
            </div>
          ))}
      </dl>
      <p class="hint">Drag to move the graph, turn the wheel to zoom, click a card to select it.</p>
      <button type="button" class="button" onClick={close}>
        close
      </button>
    </dialog>
  );
}
