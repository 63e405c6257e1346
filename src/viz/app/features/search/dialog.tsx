// The dialog of the search: a combobox as the ARIA practices describe it. The focus stays in the field; arrows move through
// the matches, Enter goes to one.

import { useEffect, useRef, useState } from 'preact/hooks';
import { plural } from '../../../model/format.ts';
import { type Found, searchNodes } from '../../../model/search.ts';
import { inspect } from '../../sheet.ts';
import { model, revealedNode, selectedNode } from '../../store.ts';
import { closeSearch, typedAhead } from './index.tsx';

const MOST_SHOWN = 50;

export function SearchDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  useEffect(() => {
    dialog.current?.showModal();
    setQuery(typedAhead());
  }, []);
  const found = model.value === undefined ? [] : searchNodes(model.value, query, MOST_SHOWN);
  const at = Math.min(active, found.length - 1);
  useEffect(() => {
    list.current?.children[at]?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  const choose = ({ node }: Found) => {
    closeSearch();
    selectedNode.value = node;
    revealedNode.value = node;
    inspect();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 }[event.key];
    const chosen = found[at];
    if (to !== undefined && found.length > 0) setActive((to + found.length) % found.length);
    else if (event.key === 'Enter' && chosen !== undefined) choose(chosen);
    // A field of this kind would only be emptied by it.
    else if (event.key === 'Escape') closeSearch();
    else return;
    event.preventDefault();
  };
  return (
    <dialog
      ref={dialog}
      class="search"
      aria-label="Search"
      data-testid="search-dialog"
      onClose={closeSearch}
    >
      <input
        type="search"
        // biome-ignore lint/a11y/noRedundantRoles: without a list of the browser's own it is a plain field.
        role="combobox"
        list={undefined}
        aria-expanded={found.length > 0}
        aria-controls="search-found"
        aria-activedescendant={found.length > 0 ? `found-${at}` : undefined}
        aria-autocomplete="list"
        aria-label="Name, op, scope or file"
        placeholder="name, op, scope or file"
        autocomplete="off"
        spellcheck={false}
        value={query}
        data-testid="search-field"
        onInput={event => {
          setQuery(event.currentTarget.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
      />
      <p class="search-count" role="status" data-testid="search-count">
        {query.trim() === '' ? 'Type to search.' : countOf(found)}
      </p>
      <div ref={list} id="search-found" role="listbox" aria-label="Matches">
        {found.map((it, k) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys belong to the field, which keeps the focus.
          <div
            key={it.node}
            id={`found-${k}`}
            role="option"
            tabIndex={-1}
            aria-selected={k === at}
            data-testid="search-found"
            onPointerMove={() => setActive(k)}
            onClick={() => choose(it)}
          >
            <span class="found-label">
              <Marked text={it.label} marks={it.marks} />
            </span>{' '}
            <span class="found-about">{it.about}</span>
          </div>
        ))}
      </div>
    </dialog>
  );
}

function countOf(found: readonly Found[]): string {
  if (found.length === 0) return 'Nothing matches.';
  return found.length < MOST_SHOWN
    ? plural(found.length, 'match', 'matches')
    : `the best ${MOST_SHOWN} matches`;
}

/** A text with the matched characters marked. */
function Marked({ text, marks }: { text: string; marks: readonly number[] }) {
  const pieces: { text: string; marked: boolean; at: number }[] = [];
  for (let k = 0; k < text.length; k++) {
    const marked = marks.includes(k);
    const last = pieces.at(-1);
    if (last?.marked === marked) last.text += text.charAt(k);
    else pieces.push({ text: text.charAt(k), marked, at: k });
  }
  return (
    <>
      {pieces.map(piece => (piece.marked ? <mark key={piece.at}>{piece.text}</mark> : piece.text))}
    </>
  );
}
