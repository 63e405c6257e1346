// The picture in the middle, and beside it the same cards as a list that only screen readers and tests see.

import { effect, untracked } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Cards } from '../../model/folding.ts';
import { plural } from '../../model/format.ts';
import { cardAt } from '../../model/forward.ts';
import type { Scene, SceneCard } from '../../model/scene.ts';
import { listAlone, listOpen } from '../features/list/state.ts';
import { pathsOpen } from '../features/paths/state.ts';
import { groupOf, openCard, showNode } from '../groups.ts';
import { arrangeWaiting } from '../layout/arrange.ts';
import { type Drawing, type DrawingEvents, READABLE, type Stay } from '../renderer/drawing.ts';
import { DOUBLE_TAP_MS } from '../renderer/pointers.ts';
import { type Start, startDrawing } from '../renderer/start.ts';
import { inspect, narrow } from '../sheet.ts';
import {
  anchorNode,
  cameraView,
  cards,
  drawn,
  fitAsked,
  frame,
  hoveredCard,
  playback,
  revealedNode,
  scene,
  selectCard,
  selectedCard,
  step,
  waitingCards,
  wantedView,
} from '../store.ts';
import { theme } from '../theme.ts';
import { Panels } from './places.tsx';
import { StepList } from './step-list.tsx';

/** What the rest of the page may ask of the graph. */
export interface GraphHandle {
  fit(): void;
}

/** Only this many cards are listed; a longer list would help nobody. */
const MOST_LISTED = 200;
/** So many with the first picture; the others would hold it up. */
const LISTED_AT_FIRST = 60;

export function GraphPanel({ handle }: { handle: { current: GraphHandle | undefined } }) {
  const container = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const start = useRef<Start | undefined>(undefined);
  const [drawable, setDrawable] = useState(true);
  useEffect(() => {
    const stage = container.current;
    if (stage === null) return;
    let drawing: Drawing | undefined;
    let stop = () => {};
    let inspecting: ReturnType<typeof setTimeout> | undefined;
    const events: DrawingEvents = {
      select: (card, finger) => {
        selectCard(card);
        clearTimeout(inspecting);
        if (card === undefined) return;
        // A pile may be tapped twice to open it: no sheet must come between the two.
        if (!finger || groupOf(card) === undefined) inspect();
        else inspecting = setTimeout(inspect, DOUBLE_TAP_MS);
      },
      open: card => {
        clearTimeout(inspecting);
        openCard(card);
      },
      resize: () => {
        // The sheet has come over the picture.
        if (narrow.peek() && selectedCard.peek() !== undefined) {
          drawing?.reveal(selectedCard.peek() ?? 0);
        }
      },
      hover: card => {
        hoveredCard.value = card;
      },
      settle: () => {
        if (drawing === undefined) return;
        notePositions(list.current, drawing);
        cameraView.value = drawing.view();
      },
    };
    start.current = startDrawing(stage, events, {
      connect: found => {
        drawing = found;
        const following = follow(found);
        stop = following.stop;
        handle.current = following;
        drawn.value = true;
      },
      fail: () => {
        drawn.value = true;
        setDrawable(false);
      },
    });
    return () => {
      stop();
      start.current?.stop();
      start.current = undefined;
      handle.current = undefined;
    };
  }, [handle]);
  useEffect(arrangeWaiting, []);
  const zoom = (factor: number) => start.current?.ask(drawing => drawing.zoom(factor));
  if (!drawable) {
    return (
      <main class="graph" aria-label="Steps">
        <StepList />
      </main>
    );
  }
  const listed = firstCards(scene.value, drawn.value ? MOST_LISTED : LISTED_AT_FIRST);
  const beside = listOpen.value && !narrow.value;
  const hidden = beside && listAlone.value;
  return (
    <main class={beside ? 'graph listing' : 'graph'} aria-label="Graph">
      <div ref={container} class="stage" data-testid="graph" hidden={hidden} />
      <div class="zoom" hidden={hidden}>
        <button type="button" class="button icon" aria-label="Zoom in" onClick={() => zoom(1.4)}>
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path d="M8 3v10M3 8h10" />
          </svg>
        </button>
        <button
          type="button"
          class="button icon"
          aria-label="Zoom out"
          onClick={() => zoom(1 / 1.4)}
        >
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path d="M3 8h10" />
          </svg>
        </button>
        {narrow.value && (
          <button
            type="button"
            class="button icon"
            aria-label="Fit the graph"
            data-testid="fit"
            onClick={() => start.current?.ask(() => handle.current?.fit())}
          >
            <svg viewBox="0 0 16 16" aria-hidden="true">
              <path d="M3 6V3h3M10 3h3v3M13 10v3h-3M6 13H3v-3" fill="none" />
            </svg>
          </button>
        )}
      </div>
      <p class="arranging" role="status" hidden={hidden}>
        {waitingCards.value && `Arranging ${plural(waitingCards.value.cards.length, 'card')} …`}
      </p>
      <ul ref={list} class="unseen" aria-label="Cards of the graph">
        {listed.map(card => (
          <li key={card.index}>
            <button
              type="button"
              tabIndex={-1}
              data-testid="card"
              data-card={card.index}
              data-name={card.frame.title}
              data-state={card.state}
              onClick={() => {
                selectCard(card.index);
                inspect();
              }}
            >
              {describe(card)}
            </button>
          </li>
        ))}
      </ul>
      {!narrow.value && <Panels place="beside" />}
    </main>
  );
}

interface Following extends GraphHandle {
  stop(): void;
}

/** Keeps a drawing up to date with the state of the page, until it is stopped. */
function follow(graph: Drawing): Following {
  let shown: Cards | undefined;
  /** Somebody wants to see the whole graph, however small. */
  let whole = false;
  const showWhole = (animate: boolean): void => {
    whole = true;
    graph.fit(animate);
  };
  const allReadable = (): boolean => graph.view() === undefined && graph.scale() >= READABLE;
  /** Shows the card whose turn it is. A narrow window may have no room for the whole graph and what is written on a card. */
  const attend = (card: number): void => {
    if (graph.view() !== undefined) whole = false;
    if (narrow.peek() && !whole && !allReadable()) graph.centre(card);
    else graph.reveal(card);
  };
  /** What is stepped through. */
  let attended: typeof playback.value;
  /** What stays where it is while groups open and close. */
  const stay = (): Stay | undefined => {
    const [anchor, before, after] = [anchorNode.peek(), shown, cards.peek()];
    shown = after;
    if (anchor === undefined || before === after || before?.model !== after?.model)
      return undefined;
    anchorNode.value = undefined;
    return { from: before?.cardOf[anchor] ?? -1, to: after?.cardOf[anchor] ?? -1 };
  };
  let over = false;
  let coloured = theme.peek();
  let shownScene: Scene | undefined;
  /** Effects run in no order to rely on: whichever moves the camera sees to it first that its card is drawn. */
  const show = (current: Scene | undefined): void => {
    if (current === undefined || current === shownScene) return;
    shownScene = current;
    graph.show(current, stay());
  };
  const stops = [
    effect(() => show(scene.value)),
    effect(() => {
      const selected = selectedCard.value;
      show(scene.peek());
      if (selected !== undefined) graph.reveal(selected);
    }),
    effect(() => {
      const acting = playback.value && cardAt(playback.value, step.value);
      show(scene.peek());
      const known = attended;
      attended = playback.value;
      if (acting === undefined) return;
      // All of a graph is shown at first, but where a step has been taken before it could be drawn, or is in the address.
      const stepped =
        known === attended || (known?.cards.model !== attended?.cards.model && step.value !== 0);
      if (stepped) attend(acting);
      else graph.reveal(acting);
    }),
    // After the two above, which move the camera to a single card.
    effect(() => {
      if (fitAsked.value === 0) return;
      show(scene.peek());
      const selected = selectedCard.peek();
      // Paths go through the whole graph.
      if (!narrow.peek() || pathsOpen.peek() || selected === undefined || allReadable()) {
        showWhole(false);
      } else {
        graph.centre(selected);
      }
    }),
    effect(() => {
      const wanted = wantedView.value;
      if (wanted === undefined || frame.value === undefined) return;
      show(scene.peek());
      graph.lookAt(wanted);
      wantedView.value = undefined;
    }),
    effect(() => {
      const node = revealedNode.value;
      if (node === undefined || cards.value === undefined) return;
      revealedNode.value = undefined;
      untracked(() => showNode(node));
      // After all others: opening a group may move the step, and the camera follows that as well.
      queueMicrotask(() => {
        if (!over) graph.centre(cards.peek()?.cardOf[node] ?? 0);
      });
    }),
    effect(() => graph.setHovered(hoveredCard.value)),
    theme.subscribe(now => {
      if (now === coloured) return;
      coloured = now;
      // The style sheet changes with the attribute that another effect sets; read it one frame later.
      requestAnimationFrame(() => graph.recolour());
    }),
  ];
  return {
    fit: () => showWhole(true),
    stop: () => {
      over = true;
      for (const stop of stops) stop();
    },
  };
}

function firstCards(current: Scene | undefined, most: number): SceneCard[] {
  const count = Math.min(most, current?.frame.cards.length ?? 0);
  return Array.from({ length: count }, (_, index) => current?.card(index) ?? []).flat();
}

function describe({ frame, value, gradient, norm, progress, state }: SceneCard): string {
  const op = frame.formula || frame.symbol;
  const numbers = norm
    ? [`‖value‖ ${value}`, `${state === 'partial' ? 'shares' : '‖gradient‖'} ${gradient}`]
    : [`value ${value}`, `gradient ${gradient}`];
  const parts = [frame.title, op, frame.shape, ...numbers, progress, state];
  return parts.filter(part => part !== '').join(', ');
}

/** Writes down where the cards are on the screen. */
function notePositions(list: HTMLUListElement | null, graph: Drawing): void {
  for (const button of list?.querySelectorAll<HTMLElement>('[data-card]') ?? []) {
    const { x, y } = graph.screenPosition(Number(button.getAttribute('data-card')));
    button.setAttribute('data-x', x.toFixed(1));
    button.setAttribute('data-y', y.toFixed(1));
  }
}
