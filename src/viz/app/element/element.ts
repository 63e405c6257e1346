// `<seegrad-viewer>`: the viewer as an element of any page. Each one holds the viewer's page in a frame of its own, so that
// several are independent, and neither styles nor keys of the two pages get in each other's way.

import type { Trace } from '../../../autograd/trace.ts';
import { type FromViewer, HELLO, type Place, PORT, type Shown, type ToViewer } from './messages.ts';

/** A larger trace cannot be looked at in a browser anyway. */
const MOST_BYTES = 256 * 1024 * 1024;
/** A frame that has been loaded for so long and says nothing does not hold the viewer. */
const LONGEST_SILENCE_MS = 2_000;

const STYLE = `
  :host { display: block; position: relative; height: 600px; }
  :host([hidden]) { display: none; }
  iframe { display: block; width: 100%; height: 100%; border: 0; color-scheme: normal; }
  p { margin: 0; padding: 1em; font: 15px/1.5 system-ui, sans-serif; }
`;

/** Nothing to extend where there is no page, so that a server may import this file. */
const Base: typeof HTMLElement = globalThis.HTMLElement ?? (class {} as typeof HTMLElement);

/**
 * Shows a trace. Attributes: `src`, `theme` (light or dark), `step`, `pass`, `view` (what stands after the `#` in the address
 * of the viewer), `viewer` (the folder of the viewer's files, where this script is not in it). The attributes `step` and
 * `pass` follow what is shown.
 *
 * Events: `load` when a trace is shown, `error` with a `message`, `step` with pass, passes, step and steps, `select` with node
 * and name; what they say is in `detail`.
 */
export class SeegradViewer extends Base {
  static readonly observedAttributes: readonly string[] = [
    'src',
    'theme',
    'step',
    'pass',
    'view',
    'viewer',
    'aria-label',
  ];

  readonly #root: ShadowRoot;
  #trace: Trace | undefined;
  #frame: HTMLIFrameElement | undefined;
  #port: MessagePort | undefined;
  #request: AbortController | undefined;
  /** What the viewer is to show, once it listens. */
  #content: (() => ToViewer) | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;
  /** An attribute is being brought up to date with what is shown. */
  #following = false;

  constructor() {
    super();
    this.#root = this.attachShadow({ mode: 'open' });
    const style = new CSSStyleSheet();
    style.replaceSync(STYLE);
    this.#root.adoptedStyleSheets = [style];
  }

  /** The address of a trace, relative to the page. */
  get src(): string {
    return this.getAttribute('src') ?? '';
  }

  set src(url: string) {
    this.setAttribute('src', url);
  }

  /** A trace to show instead of one that is fetched. It is checked like any other. */
  get trace(): Trace | undefined {
    return this.#trace;
  }

  set trace(trace: Trace | undefined) {
    this.#trace = trace;
    if (this.isConnected) this.#load();
  }

  /** The step of the backward pass; negative in the forward pass. */
  get step(): number {
    return wholeNumber(this.getAttribute('step')) ?? 0;
  }

  set step(step: number) {
    this.setAttribute('step', String(step));
  }

  /** Which pass of the trace. */
  get pass(): number {
    return wholeNumber(this.getAttribute('pass')) ?? 0;
  }

  set pass(pass: number) {
    this.setAttribute('pass', String(pass));
  }

  /** `light`, `dark`, or empty for what the reader's system says. */
  get theme(): string {
    return this.getAttribute('theme') ?? '';
  }

  set theme(theme: string) {
    this.setAttribute('theme', theme);
  }

  /** Where to look: what stands after the `#` in the address of the viewer. */
  get view(): string {
    return this.getAttribute('view') ?? '';
  }

  set view(view: string) {
    this.setAttribute('view', view);
  }

  override focus(options?: FocusOptions): void {
    this.#frame?.focus(options);
  }

  connectedCallback(): void {
    this.ownerDocument.defaultView?.addEventListener('message', this.#meet);
    this.#open();
    this.#load();
  }

  disconnectedCallback(): void {
    this.ownerDocument.defaultView?.removeEventListener('message', this.#meet);
    this.#request?.abort();
    this.#close();
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (!this.isConnected || this.#following || before === after) return;
    if (name === 'src') {
      this.#trace = undefined;
      this.#load();
    } else if (name === 'theme') this.#send(this.#themed());
    else if (name === 'viewer') {
      this.#close();
      this.#open();
    } else if (name === 'aria-label') {
      if (this.#frame !== undefined) this.#frame.title = this.#label();
    } else {
      const { view, pass, step } = this.#place();
      const changed = { view: undefined, pass: undefined, step: undefined };
      this.#send({ type: 'place', ...changed, ...{ [name]: { view, pass, step }[name] } });
    }
  }

  /** Puts the viewer's page into a frame. */
  #open(): void {
    const folder = this.getAttribute('viewer');
    const base =
      folder === null ? import.meta.url : new URL(`${folder}/`, this.ownerDocument.baseURI);
    const url = new URL('index.html?embed', base);
    const frame = this.ownerDocument.createElement('iframe');
    frame.title = this.#label();
    // A viewer from elsewhere opens no windows and leads the page nowhere. On the same origin a sandbox holds nobody back
    // (and browsers say so); there the policy of the viewer's own page is what counts.
    if (url.origin !== new URL(this.ownerDocument.baseURI).origin) {
      frame.setAttribute('sandbox', 'allow-scripts allow-same-origin allow-downloads');
    }
    frame.setAttribute('allow', 'clipboard-write');
    frame.setAttribute('referrerpolicy', 'no-referrer');
    frame.setAttribute('part', 'frame');
    frame.addEventListener('load', () => {
      clearTimeout(this.#silence);
      this.#silence = setTimeout(() => {
        if (this.#port === undefined) this.#say(`The files of the viewer are not at ${url.href}`);
      }, LONGEST_SILENCE_MS);
    });
    frame.src = url.href;
    this.#frame = frame;
    this.#root.replaceChildren(frame);
  }

  #close(): void {
    clearTimeout(this.#silence);
    this.#port?.close();
    this.#port = undefined;
    this.#frame = undefined;
    this.#root.replaceChildren();
  }

  /** The viewer in the frame has come up: hand it its end of the line, and what there is to show. */
  readonly #meet = ({ source, data }: MessageEvent): void => {
    const target = this.#frame?.contentWindow;
    if (data !== HELLO || target === null || target === undefined || source !== target) return;
    const { port1, port2 } = new MessageChannel();
    this.#port?.close();
    this.#port = port1;
    port1.onmessage = event => this.#receive(event.data as FromViewer);
    // Only the window that has said hello gets it, wherever it comes from.
    target.postMessage(PORT, '*', [port2]);
    this.#send(this.#themed());
    if (this.#content !== undefined) this.#send(this.#content());
  };

  #send(message: ToViewer): void {
    this.#port?.postMessage(message);
  }

  /** Gets the trace, and shows it when it is there. */
  #load(): void {
    this.#request?.abort();
    this.#content = undefined;
    if (this.#trace !== undefined) this.#show(JSON.stringify(this.#trace));
    else if (this.src !== '') void this.#fetch(new URL(this.src, this.ownerDocument.baseURI));
  }

  async #fetch(url: URL): Promise<void> {
    const request = new AbortController();
    this.#request = request;
    try {
      const response = await fetch(url, { signal: request.signal });
      if (!response.ok) {
        this.#fail('There is no trace here', `${url.href} answered ${response.status}.`);
        return;
      }
      const blob = await response.blob();
      if (blob.size > MOST_BYTES) {
        const most = `${MOST_BYTES / 2 ** 20} MiB`;
        this.#fail('The trace is too large', `More than ${most} cannot be viewed.`);
        return;
      }
      const text = await blob.text();
      if (!request.signal.aborted) this.#show(text);
    } catch {
      if (!request.signal.aborted) this.#fail('The trace could not be fetched', url.href);
    }
  }

  #show(text: string): void {
    this.#content = () => ({ type: 'trace', text, ...this.#place() });
    this.#send(this.#content());
  }

  #fail(message: string, detail: string): void {
    this.#content = () => ({ type: 'failed', message, detail });
    this.#send(this.#content());
    this.#tell('error', { message: `${message}: ${detail}` });
  }

  /** Says in place of the frame what is wrong with it. */
  #say(message: string): void {
    const line = this.ownerDocument.createElement('p');
    line.setAttribute('role', 'alert');
    line.textContent = message;
    this.#root.replaceChildren(line);
    this.#tell('error', { message });
  }

  #receive(message: FromViewer): void {
    const { type, ...detail } = message;
    if (message.type === 'step') this.#follow(message);
    this.#tell(type, detail);
  }

  /** Brings the attributes up to date with what is shown. */
  #follow({ pass, step }: Shown): void {
    this.#following = true;
    this.step = step;
    if (pass !== this.pass) this.pass = pass;
    this.#following = false;
  }

  #tell(type: FromViewer['type'], detail: object): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  #themed(): ToViewer {
    const theme = this.theme === 'light' || this.theme === 'dark' ? this.theme : undefined;
    return { type: 'theme', theme };
  }

  #place(): Place {
    return {
      view: this.getAttribute('view') ?? undefined,
      pass: wholeNumber(this.getAttribute('pass')),
      step: wholeNumber(this.getAttribute('step')),
    };
  }

  #label(): string {
    return this.getAttribute('aria-label') ?? 'A backward pass';
  }
}

function wholeNumber(text: string | null): number | undefined {
  return text !== null && /^-?\d{1,9}$/.test(text) ? Number(text) : undefined;
}

declare global {
  interface HTMLElementTagNameMap {
    'seegrad-viewer': SeegradViewer;
  }
}

// The same script may stand on a page twice.
if (globalThis.customElements?.get('seegrad-viewer') === undefined) {
  globalThis.customElements?.define('seegrad-viewer', SeegradViewer);
}
