// The sheet at the bottom of a narrow window: all panels in one place, under tabs. It is closed but for the tabs, half open
// below the graph, or as large as the window allows; by its buttons, or by dragging it at the tabs.

import { effect, untracked } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Panel } from '../feature.ts';
import { features } from '../features.ts';
import { type SheetSize, sheetSize, sheetTab, showTab } from '../sheet.ts';
import { cardName, selectedCard } from '../store.ts';
import { Inspector } from './inspector.tsx';
import { useDragging } from './sheet-dragging.ts';
import { Sidebar } from './sidebar.tsx';

const panels: readonly Panel[] = features.flatMap(({ panel }) => panel ?? []);

/** What was in the sheet before a feature opened its panel, and comes back when that is closed. */
let before: { tab: string; size: SheetSize } = { tab: 'card', size: 'closed' };
let known: readonly string[] = [];

// A panel that opens is shown at once. In a wide window too, where only a narrower one would tell.
effect(() => {
  const open = panels.filter(it => it.open()).map(({ tab }) => tab);
  untracked(() => {
    const [shown] = open.filter(tab => !known.includes(tab)).slice(-1);
    const gone = known.includes(sheetTab.value) && !open.includes(sheetTab.value);
    if (shown !== undefined) {
      if (!known.includes(sheetTab.value)) before = { tab: sheetTab.value, size: sheetSize.value };
      showTab(shown);
    } else if (gone) {
      sheetTab.value = open.at(-1) ?? before.tab;
      if (open.length === 0) sheetSize.value = before.size;
    }
    known = open;
  });
});

export function Sheet() {
  const sheet = useRef<HTMLDivElement>(null);
  const dragging = useDragging(sheet);
  const size = sheetSize.value;
  const card = selectedCard.value;
  const open = panels.filter(it => it.open());
  const tabs: readonly [string, string][] = [
    ['card', card === undefined ? 'Guide' : cardName(card)],
    ['overview', 'Overview'],
    ...open.map(({ tab }): [string, string] => [tab, tab]),
  ];
  return (
    <div class="sheet-area">
      <section ref={sheet} class="sheet" aria-label="Panels" data-testid="sheet">
        <div class="sheet-head" data-testid="sheet-head" {...dragging}>
          <Tabs tabs={tabs} />
          <button
            type="button"
            class="sheet-button"
            aria-label={size === 'full' ? 'Make the panel smaller' : 'Make the panel larger'}
            aria-pressed={size === 'full'}
            data-testid="sheet-full"
            hidden={size === 'closed'}
            onClick={() => {
              sheetSize.value = size === 'full' ? 'half' : 'full';
            }}
          >
            <svg viewBox="0 0 16 16" aria-hidden="true">
              <path
                d={size === 'full' ? 'M4 3l4 4 4-4M4 13l4-4 4 4' : 'M4 6l4-4 4 4M4 10l4 4 4-4'}
              />
            </svg>
          </button>
          <button
            type="button"
            class="sheet-button"
            aria-label={size === 'closed' ? 'Open the panel' : 'Close the panel'}
            aria-expanded={size !== 'closed'}
            aria-controls="sheet-body"
            data-testid="sheet-toggle"
            onClick={() => {
              sheetSize.value = size === 'closed' ? 'half' : 'closed';
            }}
          >
            <svg viewBox="0 0 16 16" aria-hidden="true">
              <path d={size === 'closed' ? 'M3 11l5-5 5 5' : 'M3 6l5 5 5-5'} />
            </svg>
          </button>
        </div>
        <div id="sheet-body" class="sheet-body">
          <TabPanel name="card">
            <Inspector />
          </TabPanel>
          <TabPanel name="overview">
            <Sidebar />
          </TabPanel>
          {open.map(({ tab, view: View }) => (
            <TabPanel key={tab} name={tab}>
              <View />
            </TabPanel>
          ))}
        </div>
      </section>
    </div>
  );
}

/** The tabs as the ARIA practices describe them: one of them is reached by Tab, the arrow keys go on from there. */
function Tabs({ tabs }: { tabs: readonly [string, string][] }) {
  const list = useRef<HTMLDivElement>(null);
  const at = tabs.findIndex(([name]) => name === sheetTab.value);
  useLayoutEffect(() => {
    const element = list.current;
    const tab = element?.children[at];
    if (!(element instanceof HTMLElement) || !(tab instanceof HTMLElement)) return;
    // By itself, since scrollIntoView would scroll the page as well.
    const right = tab.offsetLeft + tab.offsetWidth - element.clientWidth;
    element.scrollLeft = Math.min(tab.offsetLeft, Math.max(right, element.scrollLeft));
  }, [at, tabs.length]);
  const walk = (event: KeyboardEvent): void => {
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    const [name] = (to === undefined ? undefined : tabs[(to + tabs.length) % tabs.length]) ?? [];
    if (to === undefined || name === undefined) return;
    // The arrows mean steps everywhere else.
    event.preventDefault();
    showTab(name);
    const tab = list.current?.children[(to + tabs.length) % tabs.length];
    if (tab instanceof HTMLElement) tab.focus({ preventScroll: true });
  };
  return (
    <div
      ref={list}
      class="sheet-tabs"
      role="tablist"
      aria-label="Panels"
      tabIndex={-1}
      onKeyDown={walk}
    >
      {tabs.map(([name, label], k) => (
        <button
          key={name}
          type="button"
          role="tab"
          id={`tab-${name}`}
          class="sheet-tab"
          aria-selected={k === at}
          aria-controls={`tabpanel-${name}`}
          tabIndex={k === at ? 0 : -1}
          data-testid={`tab-${name}`}
          onClick={() => showTab(name)}
        >
          <span>{label}</span>
        </button>
      ))}
    </div>
  );
}

/** All that are open stay on the page: some do their work in the graph while another one is looked at. */
function TabPanel({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div
      role="tabpanel"
      id={`tabpanel-${name}`}
      class="sheet-panel"
      aria-labelledby={`tab-${name}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and not every panel has something else to focus.
      tabIndex={0}
      hidden={sheetSize.value === 'closed' || sheetTab.value !== name}
    >
      {children}
    </div>
  );
}
