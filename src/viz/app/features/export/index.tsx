// Exports from the page: a button in the header that opens a menu of formats. What writes them is loaded with the menu.

import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { embeddedTrace } from '../../embedded.ts';
import type { Feature } from '../../feature.ts';
import { trace } from '../../store.ts';
import type { FormatName } from './write.ts';

const open = signal(false);
/** What became of the last export, for the menu and for screen readers. */
const told = signal('');

const FORMATS: readonly { name: FormatName; label: string; about: string }[] = [
  { name: 'png', label: 'PNG', about: 'the picture, twice its size' },
  { name: 'svg', label: 'SVG', about: 'the picture, as shapes' },
  { name: 'html', label: 'HTML', about: 'this viewer with the trace, in one file' },
  { name: 'json', label: 'JSON', about: 'the trace' },
  { name: 'dot', label: 'DOT', about: 'the graph, for Graphviz' },
  { name: 'chrome-trace', label: 'Chrome trace', about: 'the order of events, for Perfetto' },
];

export const exportFeature: Feature = {
  header: Menu,
  keys: [
    {
      keys: ['x', 'X'],
      label: 'x',
      does: 'export the picture or the trace',
      run: () => {
        open.value = !open.value;
      },
    },
  ],
};

/** A file cannot read itself, so the viewer in a file does not offer to write another. */
const formats = FORMATS.filter(({ name }) => name !== 'html' || embeddedTrace === undefined);

function Menu() {
  const menu = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const shown = open.value;
  useEffect(() => {
    if (!shown) return;
    menu.current?.querySelector('button')?.focus();
    const outside = (event: PointerEvent) => {
      if (!menu.current?.parentElement?.contains(event.target as Node)) open.value = false;
    };
    window.addEventListener('pointerdown', outside);
    return () => window.removeEventListener('pointerdown', outside);
  }, [shown]);
  if (trace.value === undefined) return null;
  const close = () => {
    open.value = false;
    button.current?.focus();
  };
  return (
    <div class="export">
      <button
        ref={button}
        type="button"
        class="button"
        aria-haspopup="menu"
        aria-expanded={shown}
        title="Export the picture or the trace"
        data-testid="export"
        onClick={() => {
          open.value = !shown;
        }}
      >
        <kbd>x</kbd> export
      </button>
      {shown && (
        <div
          ref={menu}
          class="export-menu"
          role="menu"
          aria-label="Export as"
          onKeyDown={event => {
            if (event.key === 'Escape' || event.key === 'Tab') close();
            else if (!moveFocus(menu.current, event.key)) return;
            event.preventDefault();
            event.stopPropagation();
          }}
        >
          {formats.map(({ name, label, about }) => (
            <button
              key={name}
              type="button"
              role="menuitem"
              data-testid={`export-${name}`}
              onClick={() => {
                void save(name, label);
                close();
              }}
            >
              <b>{label}</b> <span>{about}</span>
            </button>
          ))}
        </div>
      )}
      <p class="unseen" role="status" data-testid="export-status">
        {told.value}
      </p>
    </div>
  );
}

async function save(name: FormatName, label: string): Promise<void> {
  told.value = `Writing ${label} …`;
  try {
    const { download } = await import('./write.ts');
    told.value = `Saved ${await download(name)}`;
  } catch (error) {
    told.value = `The ${label} could not be written: ${error instanceof Error ? error.message : 'unknown reason'}`;
  }
}

/** The keys of a menu: arrows and the ends. Returns whether the key was one of them. */
function moveFocus(menu: HTMLElement | null, key: string): boolean {
  const items = [...(menu?.querySelectorAll('button') ?? [])];
  const at = items.indexOf(document.activeElement as HTMLButtonElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[key];
  if (to === undefined) return false;
  items[(to + items.length) % items.length]?.focus();
  return true;
}
