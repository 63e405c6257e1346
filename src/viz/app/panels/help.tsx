// The list of keys, in a dialog that the browser keeps the focus in.

import { useEffect, useRef } from 'preact/hooks';
import type { Key } from '../feature.ts';
import { helpOpen } from '../store.ts';

const GROUPS: readonly (readonly [Key['group'], string])[] = [
  ['time', 'Time'],
  ['finding', 'Finding and selecting'],
  [undefined, 'Tools'],
];

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
      <div class="help-head">
        <h2 id="help-title">Keys</h2>
        <button type="button" class="button" onClick={close}>
          close
        </button>
      </div>
      <div class="help-groups">
        {open &&
          GROUPS.map(([group, title]) => (
            <section key={title} aria-label={title}>
              <h3>{title}</h3>
              <dl>
                {table
                  .filter(key => key.label !== '' && key.group === group)
                  .map(({ label, does }) => (
                    <div key={label}>
                      <dt>
                        <kbd>{label}</kbd>
                      </dt>
                      <dd>{does}</dd>
                    </div>
                  ))}
              </dl>
            </section>
          ))}
      </div>
      <p class="hint">
        Drag to move the graph; turn the wheel or pinch to zoom; click or tap a card to select it.
        Tab goes through everything else.
      </p>
    </dialog>
  );
}
