// The groups of the picture: a tree of them on the left, and for the selected card what is in it or around it.

import { formatCount, formatNumber } from '../../../model/format.ts';
import type { Group } from '../../../model/grouping.ts';
import { at } from '../../../model/model.ts';
import { groupTitle } from '../../../model/names.ts';
import { signOf } from '../../../model/tone.ts';
import { worstNumber } from '../../../model/worst.ts';
import type { Feature } from '../../feature.ts';
import {
  allOpen,
  canOpenAll,
  closeAll,
  groupOf,
  isOpen,
  lastNode,
  openAll,
  openAround,
  openAsBefore,
  selectGroup,
  toggleGroup,
} from '../../groups.ts';
import { inspect } from '../../sheet.ts';
import {
  cards,
  grouping,
  openGroups,
  playback,
  selectedCard,
  step,
  wantedOpen,
} from '../../store.ts';

/** Of more groups side by side only the first are listed. */
const MOST_LISTED = 60;
/** Deeper ones are indented no further. */
const DEEPEST = 8;

export const groupsFeature: Feature = {
  inspector: Around,
  keys: [
    {
      keys: ['Enter'],
      label: 'Enter',
      does: 'open the selected group',
      group: 'finding',
      when: () => groupOf(selectedCard.value) !== undefined,
      run: () => toggle(groupOf(selectedCard.value)),
    },
    {
      keys: ['Enter'],
      shift: true,
      label: 'Shift Enter',
      does: 'close the group around the selected card',
      group: 'finding',
      when: () => openAround(selectedCard.value) !== undefined,
      run: () => toggle(openAround(selectedCard.value)),
    },
  ],
};

function toggle(group: Group | undefined): void {
  if (group !== undefined) toggleGroup(group);
}

/** The tree of groups; it stands above the leaves. */
export function Modules() {
  const all = grouping.value;
  if (all === undefined || all.groups.length === 0) return null;
  return (
    <section data-testid="modules">
      <h2>Modules</h2>
      <p class="module-tools">
        <span>open</span>
        <button
          type="button"
          class="button small"
          aria-label="Open all groups"
          data-testid="open-groups"
          disabled={allOpen() || !canOpenAll()}
          title={canOpenAll() ? undefined : 'too many cards to be shown at once'}
          onClick={openAll}
        >
          all
        </button>
        <button
          type="button"
          class="button small"
          aria-label="Open none of the groups"
          data-testid="close-groups"
          disabled={openGroups.value.size === 0}
          onClick={closeAll}
        >
          none
        </button>
        <button
          type="button"
          class="button small"
          aria-label="auto: open as many groups as there is room for"
          data-testid="reset-groups"
          disabled={wantedOpen.value === undefined}
          onClick={openAsBefore}
        >
          auto
        </button>
      </p>
      <GroupList ids={all.top} depth={0} />
    </section>
  );
}

function GroupList({ ids, depth }: { ids: readonly number[]; depth: number }) {
  const groups = grouping.value?.groups ?? [];
  return (
    <ul class={depth > 0 && depth <= DEEPEST ? 'modules inner' : 'modules'}>
      {ids.slice(0, MOST_LISTED).map(id => {
        const group = groups[id];
        return group === undefined ? null : (
          <GroupRow key={group.key} group={group} depth={depth} />
        );
      })}
      {ids.length > MOST_LISTED && (
        <li class="more">and {formatCount(ids.length - MOST_LISTED)} more in the graph</li>
      )}
    </ul>
  );
}

function GroupRow({ group, depth }: { group: Group; depth: number }) {
  const open = isOpen(group.key);
  const title = groupTitle(group);
  const selected = groupOf(selectedCard.value)?.id === group.id;
  return (
    <li>
      <div class={selected ? 'module selected' : 'module'}>
        <button
          type="button"
          class="module-toggle"
          aria-expanded={open}
          aria-label={`${open ? 'Close' : 'Open'} ${title}`}
          data-testid="module-toggle"
          data-name={title}
          onClick={() => toggleGroup(group)}
        >
          <svg viewBox="0 0 10 10" aria-hidden="true">
            <path d="M3 1.5 7 5 3 8.5z" />
          </svg>
        </button>
        <button
          type="button"
          class="module-name"
          data-testid="module"
          data-name={title}
          onClick={() => {
            selectGroup(group);
            inspect();
          }}
        >
          <span class={group.kind === 'chunk' ? 'module-title quiet' : 'module-title'}>
            {title}
          </span>
          {!open && <Worst group={group} />}
        </button>
      </div>
      {open && group.groups.length > 0 && <GroupList ids={group.groups} depth={depth + 1} />}
    </li>
  );
}

/** The worst gradient in a closed group, once it has fired. */
function Worst({ group }: { group: Group }) {
  const current = playback.value;
  const node = lastNode(group);
  const card = node === undefined ? undefined : cards.value?.cardOf[node];
  if (current === undefined || card === undefined || groupOf(card)?.id !== group.id) return null;
  const fires = at(current.firesAt, card);
  if (fires === 0 || step.value < fires) return <span class="number none">…</span>;
  const worst = worstNumber(current, card, 'gradient');
  if (worst === null) return null;
  return (
    <span class={`number ${signOf(worst)}`} title="the largest gradient in it">
      {Number.isFinite(worst) ? formatNumber(worst, 3) : `⚠ ${formatNumber(worst)}`}
    </span>
  );
}

function Around({ card }: { card: number }) {
  const group = groupOf(card);
  const outer = openAround(card);
  if (group === undefined && outer === undefined) return null;
  const it = cards.value?.cards[card]?.group;
  return (
    <section class="around" data-testid="around">
      <h3>{group === undefined ? 'Part of' : 'Group'}</h3>
      {group !== undefined && it !== undefined && (
        <p>
          {formatCount(it.ops)} ops
          {it.times > 1 && ` in ${it.times} blocks alike`}
          {it.leaves > 0 && `, ${formatCount(it.leaves)} leaves`}
          {it.ends.length > 1 && `; ${formatCount(it.ends.length)} results are read outside`}.
        </p>
      )}
      <p class="around-tools">
        {group !== undefined && (
          <button
            type="button"
            class="button invitation"
            data-testid="open-group"
            onClick={() => toggleGroup(group)}
          >
            <kbd>Enter</kbd> open {groupTitle(group)}
          </button>
        )}
        {outer !== undefined && (
          <button
            type="button"
            class="button invitation"
            data-testid="close-group"
            onClick={() => toggleGroup(outer)}
          >
            <kbd>⇧ Enter</kbd> close {groupTitle(outer)}
          </button>
        )}
      </p>
    </section>
  );
}
