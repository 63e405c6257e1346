// The state of the page: a few signals that change, and the stages of the model computed from them.

import { batch, computed, signal } from '@preact/signals';
import type { Trace, TracePass } from '../../autograd/trace.ts';
import { type ColourBy, type Colouring, colouringOf } from '../model/colouring.ts';
import { type Cards, cardFlows, foldCards } from '../model/folding.ts';
import { cardAt, firstStep } from '../model/forward.ts';
import { buildFrame, type Frame } from '../model/frame.ts';
import { groupedCards } from '../model/grouped.ts';
import { groupCards, openByDefault } from '../model/grouping.ts';
import { ledgerOf } from '../model/ledger.ts';
import { isNested } from '../model/mirror.ts';
import { at, buildModel } from '../model/model.ts';
import { cardLabel } from '../model/names.ts';
import { buildPlayback } from '../model/playback.ts';
import { ruleOf } from '../model/rule.ts';
import { buildScene, type Highlight } from '../model/scene.ts';
import { withFlash, withSecrets } from '../model/scene-overlay.ts';
import { sentenceOf } from '../model/sentence.ts';

export type Loading =
  | { status: 'loading' }
  | { status: 'failed'; message: string; detail: string }
  | { status: 'ready'; trace: Trace };

export const loading = signal<Loading>({ status: 'loading' });
/** Whether the trace comes from a program that still runs; `undefined` for a trace that is complete. */
export const live = signal<'connecting' | 'running' | 'over' | 'lost' | undefined>(undefined);
export const passIndex = signal(0);
/** The step of the backward pass; 0 is the state before it. */
export const step = signal(0);
/** The selected node of the trace; it outlives folding and unfolding. */
export const selectedNode = signal<number | undefined>(undefined);
export const hoveredCard = signal<number | undefined>(undefined);
export const folded = signal(true);
export const colourBy = signal<ColourBy>('gradient');
/** A point of the picture in the middle of the window, and how large the picture is. */
export interface View {
  x: number;
  y: number;
  scale: number;
}
/** Where the camera is; undefined while it shows the whole graph. */
export const cameraView = signal<View | undefined>(undefined);
/** A node that is to be brought into the middle of the window. */
export const revealedNode = signal<number | undefined>(undefined);
/** Where an address wants the camera to be. */
export const wantedView = signal<View | undefined>(undefined);
export const playing = signal(false);
/** How fast steps follow each other while playing; 1 is a little less than one a second. */
export const playSpeed = signal(1);
export const helpOpen = signal(false);
/** Whether the picture is there that can be moved about: what would have held up the first one may come now. */
export const drawn = signal(false);
/** Counts up whenever all of the graph is to be seen or, in a window too narrow for it, the selected card and what is around it. */
export const fitAsked = signal(0);

export const trace = computed(() =>
  loading.value.status === 'ready' ? loading.value.trace : undefined,
);
export const pass = computed<TracePass | undefined>(() => trace.value?.passes[passIndex.value]);
const graphIndex = computed(() => pass.value?.graph);

/** A trace that takes over the graphs of the one before it has only other numbers: its structure is still that one's. */
let structured: Trace | undefined;
const structure = computed(() => {
  if (trace.value?.graphs !== structured?.graphs) structured = trace.value;
  return structured;
});

/** Passes over one graph share the model, so that the picture stays where it is while they change. */
export const model = computed(() =>
  structure.value === undefined || graphIndex.value === undefined
    ? undefined
    : buildModel(structure.value, graphIndex.value),
);
/** The cards with no group closed. */
export const singleCards = computed(
  () => model.value && foldCards(model.value, { fold: folded.value }),
);
/** The groups of the picture. */
export const grouping = computed(() => singleCards.value && groupCards(singleCards.value));
/** A picture of more cards is laid out in another thread. A gradient of a gradient has a layout of its own. */
const LARGE = 3_000;

function isLarge({ cards: all, model: of }: Cards): boolean {
  return all.length > LARGE && !isNested(of);
}

/** The keys of the groups that somebody wants open; undefined leaves that to the size of the picture. */
export const wantedOpen = signal<ReadonlySet<string> | undefined>(undefined);
export const openGroups = computed<ReadonlySet<string>>(
  () => wantedOpen.value ?? (grouping.value ? openByDefault(grouping.value) : new Set()),
);
/** The cards that are asked for. */
const wantedCards = computed(() =>
  grouping.value === undefined ? singleCards.value : groupedCards(grouping.value, openGroups.value),
);
/** A picture that another thread has laid out. */
const arranged = signal<{ cards: Cards; frame: Frame } | undefined>(undefined);
let standing: Cards | undefined;
let allAtOnce = false;
/** The cards that are shown: those asked for, or the ones before them until a large picture has been laid out. */
export const cards = computed(() => {
  const wanted = wantedCards.value;
  const done = arranged.value?.cards === wanted || allAtOnce;
  if (!done && wanted !== undefined && standing?.model === wanted.model && isLarge(wanted)) {
    return standing;
  }
  standing = wanted;
  return wanted;
});
/** The cards that are asked for and have still to be laid out. */
export const waitingCards = computed(() =>
  wantedCards.value === cards.value ? undefined : wantedCards.value,
);
export const frame = computed(() => {
  const done = arranged.value;
  if (done !== undefined && done.cards === cards.value) return done.frame;
  return cards.value && buildFrame(cards.value);
});
export const playback = computed(() => {
  if (cards.value === undefined || pass.value === undefined) return undefined;
  return buildPlayback(cards.value, pass.value, cardFlows(cards.value, pass.value));
});
/** The same with no group closed, for what cannot look past a closed one. Large: made when somebody asks for it. */
export const singlePlayback = computed(() => {
  if (cards.value === singleCards.value) return playback.value;
  if (singleCards.value === undefined || pass.value === undefined) return undefined;
  const flows = cardFlows(singleCards.value, pass.value);
  return buildPlayback(singleCards.value, pass.value, flows);
});
export const stepCount = computed(() => playback.value?.steps.length ?? 0);
/** The step before the forward pass: negative, or 0 where nothing is computed. */
export const earliest = computed(() => (playback.value ? firstStep(playback.value) : 0));

/** The card that the selected node is on. */
export const selectedCard = computed(() => {
  const node = selectedNode.value;
  return node === undefined || cards.value === undefined ? undefined : at(cards.value.cardOf, node);
});
/** Colours of a feature that shows the picture in its own way, such as the difference of two passes. */
export const ownColouring = signal<Colouring | undefined>(undefined);
/** What a feature points out, such as the paths from a leaf to the loss. */
export const highlight = signal<Highlight | undefined>(undefined);
export const colouring = computed(
  () =>
    ownColouring.value ??
    (playback.value && colouringOf(playback.value, colourBy.value, step.value)),
);
/** An edge that flashes, because something about it is under the pointer or has the focus. */
export const flashedEdge = signal<number | undefined>(undefined);
/** Which local derivatives a feature keeps to itself, as predict mode does. */
export const secretEdges = signal<((edge: number) => boolean) | undefined>(undefined);
const plainScene = computed(() =>
  playback.value && frame.value && colouring.value
    ? buildScene(playback.value, frame.value, {
        step: step.value,
        selected: selectedCard.value,
        colouring: colouring.value,
        highlight: highlight.value,
      })
    : undefined,
);
export const scene = computed(
  () =>
    plainScene.value &&
    withFlash(withSecrets(plainScene.value, secretEdges.value), flashedEdge.value),
);
export const sentence = computed(() =>
  playback.value ? sentenceOf(playback.value, step.value) : '',
);
export const ledger = computed(() =>
  playback.value && selectedCard.value !== undefined
    ? ledgerOf(playback.value, selectedCard.value)
    : undefined,
);
export const rule = computed(() => {
  const card = selectedCard.value;
  if (playback.value === undefined || card === undefined) return undefined;
  const { cards: all, pass: current, flows } = playback.value;
  const write = (notation: 'latex' | 'text') => ruleOf(all, card, current, flows.locals, notation);
  return { latex: write('latex'), text: write('text') };
});

/** What a card is called. */
export function cardName(card: number): string {
  const it = cards.value?.cards[card];
  return it === undefined || cards.value === undefined ? '' : cardLabel(cards.value, card);
}

export function selectCard(card: number | undefined): void {
  selectedNode.value = card === undefined ? undefined : cards.value?.cards[card]?.node;
}

/** Selects the neighbour in the order of the trace: for the keyboard. */
export function selectNeighbour(by: 1 | -1): void {
  const count = cards.value?.cards.length ?? 0;
  if (count === 0) return;
  const from = selectedCard.value ?? (by === 1 ? -1 : count);
  selectCard(Math.min(count - 1, Math.max(0, from + by)));
}

export function goTo(target: number): void {
  step.value = Math.min(stepCount.value, Math.max(earliest.value, target));
}

/** To the beginning of the backward pass; from there to that of the forward pass. */
export function goToStart(): void {
  goTo(step.value > 0 ? 0 : earliest.value);
}

/** To the next step, or the one before, whose card stands in another column of the picture. */
export function goToLayer(by: 1 | -1): void {
  const current = playback.value;
  const layers = frame.value?.layout.layers;
  if (current === undefined || layers === undefined) return;
  const layerAt = (t: number) => layers[cardAt(current, t) ?? -1];
  const from = layerAt(step.value);
  let t = step.value + by;
  while (t > earliest.value && t < stepCount.value && layerAt(t) === from) t += by;
  goTo(t);
}

/** How long a step lasts at speed 1. */
export const STEP_MS = 950;
/** At the fastest speed no pass plays longer than this. */
const LONGEST_PLAY_MS = 20_000;

/** The speeds that there are: a long pass has faster ones. */
export const playSpeeds = computed<readonly number[]>(() => {
  const speeds = [0.5, 1, 2, 4, 8];
  const fastest = () => speeds.at(-1) ?? 1;
  while ((stepCount.value * STEP_MS) / fastest() > LONGEST_PLAY_MS) speeds.push(2 * fastest());
  return speeds;
});

/** Plays faster or slower by one notch; from the fastest back to the slowest where it may go `round`. */
export function changeSpeed(by: 1 | -1, round = false): void {
  const speeds = playSpeeds.value;
  const at = speeds.findIndex(speed => speed >= playSpeed.value) + by;
  const last = speeds.length - 1;
  const next = round && at > last ? 0 : Math.min(last, Math.max(0, at));
  playSpeed.value = speeds[next] ?? 1;
}

export function togglePlay(): void {
  if (stepCount.value === 0) return;
  batch(() => {
    if (!playing.value && step.value >= stepCount.value) step.value = earliest.value;
    playing.value = !playing.value;
  });
}

/** Shows another trace, from its beginning. */
export function openTrace(opened: Loading): void {
  batch(() => {
    passIndex.value = 0;
    step.value = 0;
    selectedNode.value = undefined;
    playing.value = false;
    live.value = undefined;
    wantedOpen.value = undefined;
    loading.value = opened;
  });
}

/** Shows another pass. Steps and selection carry over where the pass runs over the same graph. */
export function choosePass(index: number): void {
  batch(() => {
    const before = graphIndex.value;
    passIndex.value = index;
    if (graphIndex.value !== before) {
      selectedNode.value = undefined;
      wantedOpen.value = undefined;
    }
    step.value = Math.max(earliest.value, Math.min(step.value, stepCount.value));
  });
}

/** Shows the first pass over another graph. */
export function chooseGraph(index: number): void {
  const first = trace.value?.passes.findIndex(({ graph }) => graph === index) ?? -1;
  if (first >= 0 && graphIndex.value !== index) choosePass(first);
}

/** Folds or unfolds. */
export function setFolded(value: boolean): void {
  keepStep(() => {
    folded.value = value;
  });
}

/** A node whose card is to stay where it is on the screen while the picture changes around it. */
export const anchorNode = signal<number | undefined>(undefined);

/** Opens these groups, by their keys, and closes all others. The card of `anchor` stays in its place on the screen. */
export function setOpenGroups(keys: ReadonlySet<string> | undefined, anchor?: number): void {
  keepStep(() => {
    anchorNode.value = anchor;
    wantedOpen.value = keys;
  });
}

/** Shows a picture that has been laid out, where it is still asked for. */
export function showArranged(these: Cards, drawn: Frame): void {
  if (wantedCards.peek() !== these) return;
  keepStep(() => {
    arranged.value = { cards: these, frame: drawn };
  });
}

/** Makes a change whose picture is there when it returns, however large. */
export function atOnce(change: () => void): void {
  allAtOnce = true;
  try {
    change();
    cards.peek();
  } finally {
    allAtOnce = false;
  }
}

/** Draws the picture anew, and stays at the card that fires or is computed, or at the next one that is still to be seen. */
function keepStep(change: () => void): void {
  const before = playback.value;
  const acting = before?.cards.cards[(before && cardAt(before, step.value)) ?? -1]?.node;
  const atEnd = step.value === stepCount.value;
  batch(() => {
    change();
    const after = playback.value;
    if (after === undefined) return;
    if (atEnd) step.value = after.steps.length;
    else if (acting === undefined) step.value = step.value < 0 ? earliest.value : 0;
    else {
      const card = at(after.cards.cardOf, acting);
      step.value = at(step.value < 0 ? after.computedAt : after.firesAt, card);
    }
  });
}
