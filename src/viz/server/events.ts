// Server-sent events: what the program has to tell goes to every page that listens. A page that does not keep up is not
// waited for: it is left out until it has caught up, and then told everything anew.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { SECURITY_HEADERS } from './headers.ts';

/** Pages that may listen at once. */
const MOST_PAGES = 8;
/** Bytes on their way to a page beyond which it counts as not keeping up. */
const MOST_WAITING = 16 * 2 ** 20;
/** Bytes up to which a page has caught up again. */
const FEW_WAITING = 64 * 1024;
/** A page that is behind for so long is let go of; the browser asks anew when it can. */
const LONGEST_BEHIND_MS = 60_000;
/** Tells the browser how soon it may ask anew. */
const RETRY_MS = 1_000;
/** A comment now and then keeps the connection from being taken for a dead one. */
const HEARTBEAT_MS = 15_000;

export class EventStream {
  /** Each page, and since when it has been missing something. */
  private readonly pages = new Map<ServerResponse, number | undefined>();
  private readonly greeting: () => { event: string; data: string };
  private readonly heartbeat: ReturnType<typeof setInterval>;

  /** `greeting` is everything so far: for a page that begins to listen, or has fallen behind. */
  constructor(greeting: () => { event: string; data: string }) {
    this.greeting = greeting;
    this.heartbeat = setInterval(() => {
      for (const [page, behind] of this.pages) {
        if (behind === undefined) page.write(': still here\n\n');
        else if (Date.now() - behind > LONGEST_BEHIND_MS) page.destroy();
      }
    }, HEARTBEAT_MS);
    this.heartbeat.unref();
  }

  /** How many pages listen. */
  get size(): number {
    return this.pages.size;
  }

  /** Answers a request for the events; returns false where there are too many already. */
  accept(request: IncomingMessage, response: ServerResponse): boolean {
    if (this.pages.size >= MOST_PAGES) return false;
    response.writeHead(200, {
      ...SECURITY_HEADERS,
      'Content-Type': 'text/event-stream; charset=utf-8',
      'X-Accel-Buffering': 'no',
    });
    request.socket.setTimeout(0);
    const { event, data } = this.greeting();
    this.pages.set(response, undefined);
    response.on('close', () => this.pages.delete(response));
    response.write(`retry: ${RETRY_MS}\n`);
    write(response, event, data);
    return true;
  }

  /** Tells every page that keeps up. */
  send(event: string, data: string): void {
    let all: { event: string; data: string } | undefined;
    for (const [page, behind] of this.pages) {
      if (behind === undefined && page.writableLength <= MOST_WAITING) write(page, event, data);
      else if (behind === undefined) this.pages.set(page, Date.now());
      else if (page.writableLength <= FEW_WAITING) {
        this.pages.set(page, undefined);
        all ??= this.greeting();
        write(page, all.event, all.data);
      }
    }
  }

  /** Tells every page everything anew. */
  sendAll(): void {
    if (this.pages.size === 0) return;
    const { event, data } = this.greeting();
    this.send(event, data);
  }

  close(): void {
    clearInterval(this.heartbeat);
    for (const page of this.pages.keys()) page.end();
    this.pages.clear();
  }
}

/** JSON has no line breaks of its own, so the data are one line. */
function write(page: ServerResponse, event: string, data: string): void {
  page.write(`event: ${event}\ndata: ${data}\n\n`);
}
