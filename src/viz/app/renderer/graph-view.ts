// The graph on the page. Sigma owns the camera, the pointer and what is drawn far away; a canvas on top of it shows the
// cards in full up close. A step changes only that canvas, so stepping costs no work on the graph.

import { MultiDirectedGraph } from 'graphology';
import Sigma from 'sigma';
import { EdgeLineProgram } from 'sigma/rendering';
import type { Coordinates, MouseCoords } from 'sigma/types';
import type { Frame } from '../../model/frame.ts';
import type { Scene } from '../../model/scene.ts';
import { reducedMotion } from '../theme.ts';
import { cardNear } from './card-near.ts';
import { CardProgram } from './card-program.ts';
import {
  type Drawing,
  type DrawingEvents,
  fittingScale,
  MANY_EDGES,
  type Middle,
  PULSE_MS,
  READABLE,
  type Stay,
} from './drawing.ts';
import { NAMED_CARDS, paintScene } from './paint.ts';
import type { Camera } from './paint-options.ts';
import { colourOf, type Palette, readPalette } from './palette.ts';
import { DOUBLE_CLICK_ZOOM, followPointers, type PointerEvents } from './pointers.ts';

interface NodeData {
  x: number;
  y: number;
  size: number;
  type: 'card';
  color: string;
  cardWidth: number;
  cardHeight: number;
}

/** A click as sigma tells of it. */
interface Click {
  readonly node?: string;
  readonly event: MouseCoords;
  preventSigmaDefault(): void;
}

/** Sigma takes two quick clicks for a double click wherever they are; the browser knows better. */
function isSecond(click: MouseEvent | TouchEvent): boolean {
  return click.detail === 2;
}

/** The layers of sigma that anything is ever drawn on, and only from afar. */
const FAR_LAYERS: ReadonlySet<string> = new Set(['edges', 'nodes']);
const CLEAR = 'rgba(0,0,0,0)';

/** Draws into a container; undefined where the browser has no WebGL. Asking beforehand would start WebGL twice. */
export function webGLView(container: HTMLElement, events: DrawingEvents): GraphView | undefined {
  try {
    return new GraphView(container, events);
  } catch {
    // Sigma throws while it makes its first canvas.
    container.replaceChildren();
    return undefined;
  }
}

export class GraphView implements Drawing {
  readonly #sigma: Sigma<NodeData>;
  readonly #canvas: HTMLCanvasElement;
  readonly #events: DrawingEvents;
  readonly #container: HTMLElement;
  readonly #observer: ResizeObserver;
  #palette: Palette;
  #scene: Scene | undefined;
  #frame: Frame | undefined;
  #hovered: number | undefined;
  #far = false;
  /** Whether the camera still shows what `fit` chose, so that a new size of the window may fit again. */
  #fitted = true;
  #pulseStart: number | undefined;
  #animation: number | undefined;
  #settling: number | undefined;
  #stopFingers = () => {};

  constructor(container: HTMLElement, events: DrawingEvents) {
    this.#container = container;
    this.#events = events;
    this.#palette = readPalette(container);
    this.#sigma = new Sigma<NodeData>(new MultiDirectedGraph<NodeData>(), container, {
      allowInvalidContainer: true,
      defaultNodeType: 'card',
      nodeProgramClasses: { card: CardProgram },
      edgeProgramClasses: { line: EdgeLineProgram },
      defaultEdgeType: 'line',
      renderLabels: false,
      defaultDrawNodeHover: () => {},
      enableCameraRotation: false,
      stagePadding: 0,
      zIndex: false,
      nodeReducer: (key, data) => ({ ...data, color: this.#nodeColour(Number(key)) }),
      edgeReducer: (_, data) => ({ ...data, hidden: !this.#far, color: this.#palette.edge }),
    });
    this.#canvas = this.#sigma.createCanvas('scene', { beforeLayer: 'mouse' });
    this.#canvas.setAttribute('aria-hidden', 'true');
    this.#showLayers(false);
    this.#resizeCanvas();
    this.#listen();
    // Sigma itself looks only at the window; panels that come and go change the size as well.
    this.#observer = new ResizeObserver(() => {
      const { width, height } = this.#sigma.getDimensions();
      if (width === container.offsetWidth && height === container.offsetHeight) return;
      this.#sigma.resize();
      this.#sigma.refresh({ skipIndexation: true, schedule: true });
      this.#events.resize();
    });
    this.#observer.observe(container);
  }

  show(scene: Scene, stay?: Stay): void {
    const before = this.#scene;
    this.#scene = scene;
    if (scene.frame !== this.#frame) {
      const held = stay && this.#frame && this.screenPosition(stay.from);
      const { scale } = this.camera();
      this.#replaceGraph(scene.frame);
      this.fit(false);
      if (stay !== undefined && held !== undefined) this.#hold(stay.to, held, scale);
    } else if (this.#far && before !== undefined) {
      this.#recolourChanged(before, scene);
    }
    const moved =
      before !== undefined && before.frame === scene.frame && before.step !== scene.step;
    if (moved && !reducedMotion()) this.#startPulse();
    else this.#paint();
    this.#settle();
  }

  setHovered(card: number | undefined): void {
    if (card === this.#hovered) return;
    this.#hovered = card;
    this.#container.style.cursor = card === undefined ? '' : 'pointer';
    this.#paint();
  }

  recolour(): void {
    this.#palette = readPalette(this.#container);
    this.#sigma.refresh({ skipIndexation: true });
    this.#paint();
  }

  fit(animate = true): void {
    if (this.#frame === undefined) return;
    const { width, height } = this.#sigma.getDimensions();
    this.#moveTo(0, 0, fittingScale(this.#frame, width, height), animate);
    this.#fitted = true;
  }

  view(): Middle | undefined {
    if (this.#fitted) return undefined;
    const { width, height } = this.#sigma.getDimensions();
    const { scale, x, y } = this.camera();
    return { x: (width / 2 - x) / scale, y: (height / 2 - y) / scale, scale };
  }

  scale(): number {
    return this.camera().scale;
  }

  lookAt({ x, y, scale }: Middle): void {
    this.#moveTo(x, y, scale, false);
    this.#fitted = false;
  }

  /** Moves the camera so that a card is at a place of the window. */
  #hold(card: number, at: { x: number; y: number }, scale: number): void {
    const frame = this.#frame?.cards[card];
    if (frame === undefined) return;
    const { width, height } = this.#sigma.getDimensions();
    const [dx, dy] = [(width / 2 - at.x) / scale, (height / 2 - at.y) / scale];
    this.#moveTo(frame.x + dx, frame.y + dy, scale, false);
    this.#fitted = false;
  }

  zoom(factor: number): void {
    const { width, height } = this.#sigma.getDimensions();
    const { scale, x, y } = this.camera();
    this.#moveTo((width / 2 - x) / scale, (height / 2 - y) / scale, scale * factor, true);
    this.#fitted = false;
  }

  reveal(card: number): void {
    const frame = this.#frame?.cards[card];
    // All are there, however near to the edge.
    if (frame === undefined || this.#fitted) return;
    const { x, y } = this.screenPosition(card);
    const { width, height } = this.#sigma.getDimensions();
    const margin = 40;
    if (x > margin && x < width - margin && y > margin && y < height - margin) return;
    this.#moveTo(frame.x, frame.y, this.camera().scale, true);
    this.#fitted = false;
  }

  centre(card: number): void {
    const frame = this.#frame?.cards[card];
    if (frame === undefined) return;
    this.#moveTo(frame.x, frame.y, Math.max(this.camera().scale, READABLE), true);
    this.#fitted = false;
  }

  screenPosition(card: number): { x: number; y: number } {
    const frame = this.#frame?.cards[card];
    const { scale, x, y } = this.camera();
    return { x: (frame?.x ?? 0) * scale + x, y: (frame?.y ?? 0) * scale + y };
  }

  /** The camera as a scale and an offset; see {@link Camera}. */
  camera(): Camera {
    // Said outright, since sigma's own idea of the camera is that of the last frame.
    const override = { cameraState: this.#sigma.getCamera().getState() };
    const origin = this.#sigma.graphToViewport({ x: 0, y: 0 }, override);
    const unit = this.#sigma.graphToViewport({ x: 1000, y: 0 }, override);
    return { scale: (unit.x - origin.x) / 1000, x: origin.x, y: origin.y };
  }

  destroy(): void {
    if (this.#animation !== undefined) cancelAnimationFrame(this.#animation);
    clearTimeout(this.#settling);
    this.#observer.disconnect();
    this.#stopFingers();
    this.#sigma.kill();
  }

  #listen(): void {
    const sigma = this.#sigma;
    const click = ({ node, event, preventSigmaDefault }: Click): void => {
      const card = node === undefined ? undefined : Number(node);
      const again = isSecond(event.original);
      if (again && card === undefined) return;
      preventSigmaDefault();
      if (again && card !== undefined) this.#events.open(card);
      else this.#events.select(card, false);
    };
    for (const name of ['clickNode', 'doubleClickNode'] as const) sigma.on(name, click);
    for (const name of ['clickStage', 'doubleClickStage'] as const) sigma.on(name, click);
    sigma.on('enterNode', ({ node }) => this.#events.hover(Number(node)));
    sigma.on('leaveNode', () => this.#events.hover(undefined));
    sigma.on('resize', () => {
      this.#resizeCanvas();
      if (this.#fitted) this.fit(false);
    });
    sigma.on('afterRender', () => {
      if (this.#goFar(this.camera().scale)) sigma.refresh({ skipIndexation: true, schedule: true });
      this.#paint();
      this.#settle();
    });
    const moved = () => {
      this.#fitted = false;
    };
    sigma.getMouseCaptor().on('wheel', moved);
    sigma.getMouseCaptor().on('mousedown', moved);
    this.#listenToFingers();
  }

  /**
   * Sigma's own touch turns the picture's place with the fingers although it cannot be turned, lets go of it when the first
   * of two fingers goes up, and takes two cards that are tapped one after the other for a double tap.
   */
  #listenToFingers(): void {
    const camera = this.#sigma.getCamera();
    this.#sigma.getTouchCaptor().enabled = false;
    let tapped: number | undefined;
    const events: PointerEvents = {
      // A finger stops whatever moves.
      press: () => {
        if (camera.isAnimated()) void camera.animate(camera.getState(), { duration: 1 });
      },
      drag: (dx, dy) => this.#zoomAt(1, { x: 0, y: 0 }, { x: dx, y: dy }),
      zoom: (factor, x, y) => this.#zoomAt(factor, { x, y }, { x, y }),
      click: (x, y, slop) => {
        tapped = this.#frame && cardNear(this.#frame, this.camera(), { x, y }, slop);
        this.#events.select(tapped, true);
      },
      doubleClick: (x, y) => {
        if (tapped !== undefined) this.#events.open(tapped);
        else this.#zoomAt(DOUBLE_CLICK_ZOOM, { x, y }, { x, y }, true);
      },
    };
    this.#stopFingers = followPointers(this.#container, events, 'fingers');
  }

  /** Makes the picture larger by a factor, and moves it so that what is at `from` gets to `to`. */
  #zoomAt(factor: number, from: Coordinates, to: Coordinates, animate = false): void {
    const camera = this.#sigma.getCamera();
    const cameraState = camera.getState();
    const ratio = camera.getBoundedRatio(cameraState.ratio / factor);
    const held = this.#sigma.viewportToFramedGraph(from, { cameraState });
    const there = this.#sigma.viewportToFramedGraph(to, { cameraState: { ...cameraState, ratio } });
    const state = { x: cameraState.x + held.x - there.x, y: cameraState.y + held.y - there.y };
    if (animate && !reducedMotion()) void camera.animate({ ...state, ratio }, { duration: 220 });
    else camera.setState({ ...state, ratio });
    this.#fitted = false;
  }

  /** Up close the layers of WebGL are empty. Layers that are shown are put together with all others, which takes time. */
  #showLayers(far: boolean): void {
    const canvases = this.#sigma.getCanvases();
    for (const id of ['edges', 'edgeLabels', 'nodes', 'labels', 'hovers', 'hoverNodes']) {
      const canvas = canvases[id];
      if (canvas !== undefined) canvas.style.display = far && FAR_LAYERS.has(id) ? '' : 'none';
    }
  }

  /** Takes note of a scale: whether cards are now drawn by WebGL that were not, or the other way round. */
  #goFar(scale: number): boolean {
    const far = scale < NAMED_CARDS;
    if (far === this.#far) return false;
    this.#far = far;
    this.#showLayers(far);
    return true;
  }

  #replaceGraph(frame: Frame): void {
    this.#frame = frame;
    this.#hovered = undefined;
    const { width, height } = this.#sigma.getDimensions();
    this.#goFar(fittingScale(frame, width, height));
    // A new one, which sigma goes through once: it would look at every card that is added to its own.
    const graph = new MultiDirectedGraph<NodeData>();
    const halfWidth = Math.max(frame.width / 2, 1);
    const halfHeight = Math.max(frame.height / 2, 1);
    this.#sigma.setCustomBBox({ x: [-halfWidth, halfWidth], y: [-halfHeight, halfHeight] });
    frame.cards.forEach((card, index) => {
      graph.addNode(String(index), {
        x: card.x,
        // Sigma's y points up, ours down.
        y: -card.y,
        size: 1,
        type: 'card',
        color: CLEAR,
        cardWidth: card.width,
        cardHeight: card.height,
      });
    });
    if (frame.edges.length > MANY_EDGES) {
      frame.edges.forEach(({ source, target }, index) => {
        graph.addDirectedEdgeWithKey(String(index), String(source), String(target));
      });
    }
    this.#sigma.setGraph(graph);
  }

  #nodeColour(card: number): string {
    if (!this.#far || this.#scene === undefined) return CLEAR;
    if (this.#scene.acting === card) return this.#palette.accent;
    return colourOf(this.#palette, this.#scene.tone(card));
  }

  /** A step changes the colours of a few cards; sigma is told of those only. */
  #recolourChanged(before: Scene, after: Scene): void {
    const nodes: string[] = [];
    for (let card = 0; card < after.frame.cards.length; card++) {
      const acts = card === after.acting || card === before.acting;
      const [from, to] = [before.tone(card), after.tone(card)];
      if (acts || from.sign !== to.sign || from.depth !== to.depth) nodes.push(String(card));
    }
    if (nodes.length === 0) return;
    this.#sigma.refresh({ partialGraph: { nodes }, skipIndexation: true, schedule: true });
  }

  /** Moves the camera so that a point of the scene is in the middle of the window. */
  #moveTo(x: number, y: number, scale: number, animate: boolean): void {
    const camera = this.#sigma.getCamera();
    const override = { cameraState: camera.getState() };
    const place = this.#sigma.graphToViewport({ x, y: -y }, override);
    const at = this.#sigma.viewportToFramedGraph(place, override);
    const ratio = (camera.ratio * this.camera().scale) / scale;
    const state = { x: at.x, y: at.y, ratio, angle: 0 };
    if (animate && !reducedMotion()) {
      void camera.animate(state, { duration: 220 });
      return;
    }
    camera.setState(state);
    // A motion that is under way would go on to where it was bound for.
    if (camera.isAnimated()) void camera.animate(state, { duration: 1 });
  }

  #resizeCanvas(): void {
    const { width, height } = this.#sigma.getDimensions();
    const density = window.devicePixelRatio || 1;
    this.#canvas.width = Math.round(width * density);
    this.#canvas.height = Math.round(height * density);
    this.#canvas.style.width = `${width}px`;
    this.#canvas.style.height = `${height}px`;
  }

  #startPulse(): void {
    this.#pulseStart = performance.now();
    if (this.#animation !== undefined) return;
    const tick = () => {
      this.#paint();
      this.#animation = this.#pulseStart === undefined ? undefined : requestAnimationFrame(tick);
    };
    this.#animation = requestAnimationFrame(tick);
    this.#paint();
  }

  #pulse(): number | undefined {
    if (this.#pulseStart === undefined) return undefined;
    const progress = (performance.now() - this.#pulseStart) / PULSE_MS;
    if (progress < 1) return Math.max(0, progress);
    this.#pulseStart = undefined;
    return undefined;
  }

  #paint(): void {
    const context = this.#canvas.getContext('2d');
    if (context === null) return;
    const { width, height } = this.#sigma.getDimensions();
    const density = this.#canvas.width / Math.max(1, width);
    context.setTransform(density, 0, 0, density, 0, 0);
    context.clearRect(0, 0, width, height);
    if (this.#scene === undefined) return;
    paintScene(context, this.#scene, {
      camera: this.camera(),
      width,
      height,
      palette: this.#palette,
      hovered: this.#hovered,
      forward: this.#scene.forward,
      pulse: this.#pulse(),
      onlyActiveEdges: this.#far && this.#sigma.getGraph().size > 0,
    });
  }

  #settle(): void {
    clearTimeout(this.#settling);
    this.#settling = window.setTimeout(() => this.#events.settle(), 60);
  }
}
