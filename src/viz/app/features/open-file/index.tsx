// Opening a trace file in the page: by a button, by a key, or by dropping it anywhere. It is checked like any other trace.

import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Feature } from '../../feature.ts';
import { readTrace } from '../../load.ts';
import { narrow } from '../../sheet.ts';
import { openTrace } from '../../store.ts';

/** A larger file cannot be looked at in a browser anyway. */
const MOST_BYTES = 256 * 1024 * 1024;

const dragging = signal(false);
/** What was wrong with the last file. */
const problem = signal('');
/** The field on the page that opens the dialog of the system. */
let field: HTMLInputElement | null = null;

export const openFileFeature: Feature = {
  header: Open,
  overlay: DropTarget,
  keys: [
    {
      keys: ['o', 'O'],
      label: 'o',
      does: 'open a trace file; or drop one on the page',
      run: askForFile,
    },
  ],
};

/** A phone has neither a key nor a place to drag a file from. */
function Open() {
  if (!narrow.value) return null;
  return (
    <button type="button" class="button" data-testid="open" onClick={askForFile}>
      <kbd>o</kbd> open file
    </button>
  );
}

/** Opens the dialog of the system that chooses a file: at once, since browsers open it only while somebody presses something. */
export function askForFile(): void {
  field?.click();
}

/** Reads a file that somebody chose. What is wrong with it is said, and what is shown stays. */
async function take(file: File | undefined): Promise<void> {
  if (file === undefined) return;
  problem.value = '';
  if (file.size > MOST_BYTES) {
    problem.value = `${file.name} is larger than ${MOST_BYTES / 2 ** 20} MiB, the most that can be viewed.`;
    return;
  }
  const read = readTrace(await file.text().catch(() => ''));
  if (read.status === 'failed') problem.value = `${file.name}: ${read.message}. ${read.detail}`;
  else openTrace(read);
}

/** Takes files that are chosen or dropped, and says what is wrong with one. */
export function DropTarget() {
  useEffect(listenToDrops, []);
  return (
    <>
      <input
        ref={it => {
          field = it;
        }}
        hidden
        type="file"
        accept=".json,application/json"
        data-testid="open-file"
        onChange={event => {
          void take(event.currentTarget.files?.[0]);
          // The same file may be chosen again, when it has been mended.
          event.currentTarget.value = '';
        }}
      />
      {dragging.value && <div class="drop-here">Drop a trace here</div>}
      {problem.value !== '' && (
        <div class="file-problem" role="alert" data-testid="file-problem">
          <p>{problem.value}</p>
          <button
            type="button"
            class="button"
            onClick={() => {
              problem.value = '';
            }}
          >
            close
          </button>
        </div>
      )}
    </>
  );
}

function listenToDrops(): () => void {
  const over = (event: DragEvent): void => {
    if (event.dataTransfer?.types.includes('Files') !== true) return;
    event.preventDefault();
    dragging.value = true;
  };
  const leave = (event: DragEvent): void => {
    // Between two elements of the page something else is entered; only at its border there is nothing.
    if (event.relatedTarget === null) dragging.value = false;
  };
  const drop = (event: DragEvent): void => {
    dragging.value = false;
    if (event.dataTransfer?.types.includes('Files') !== true) return;
    event.preventDefault();
    void take(event.dataTransfer.files[0]);
  };
  window.addEventListener('dragover', over);
  window.addEventListener('dragleave', leave);
  window.addEventListener('drop', drop);
  return () => {
    window.removeEventListener('dragover', over);
    window.removeEventListener('dragleave', leave);
    window.removeEventListener('drop', drop);
  };
}
