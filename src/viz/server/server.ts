// The loopback server: hands the viewer and one trace to a browser on this machine, and to nothing else.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Trace } from '../../autograd/trace.ts';
import type { EventStream } from './events.ts';
import { readViewerFiles, type ServedFile } from './files.ts';
import { SECURITY_HEADERS } from './headers.ts';

/** Where the viewer is served unless a port is given. */
export const DEFAULT_PORT = 4173;
/** How many ports are tried from the wanted one upwards. */
const ATTEMPTS = 100;
const LOOPBACK = '127.0.0.1';
const HIGHEST_PORT = 65_535;

/** What {@link serveViewer} takes: one of `trace` and `traceText`, and where the built viewer is. */
export type ServeOptions = {
  /** The folder of the built viewer, with its index.html. */
  viewerDir: string;
  /** The wanted port, {@link DEFAULT_PORT} unless given; a taken one means the next free one, 0 means any. */
  port?: number;
} & ({ trace: Trace } | { traceText: string } | { live: LiveSource });

/** A trace that grows while it is looked at. */
export interface LiveSource {
  /** The JSON of the trace as it is now. */
  traceText(): string;
  /** What is told to pages that listen. */
  readonly events: EventStream;
}

/** A running server. */
export interface ViewerServer {
  url: string;
  port: number;
  /** Stops at once, open connections included. */
  close(): Promise<void>;
  /** Lets the program end though the server still runs, and not. */
  unref(): void;
  ref(): void;
}

/**
 * Serves the viewer on the loopback interface. It answers GET and HEAD for a fixed list of files, and only where the
 * Host header names this server, so that no page of another name can read the trace (DNS rebinding).
 *
 * @throws ViewerFilesError where the viewer is not built; RangeError for an impossible port; Error where no port is
 * free or the system refuses the port.
 */
export async function serveViewer(options: ServeOptions): Promise<ViewerServer> {
  const { viewerDir, port = DEFAULT_PORT } = options;
  if (!(Number.isInteger(port) && port >= 0 && port <= HIGHEST_PORT)) {
    throw new RangeError(`a port is a whole number from 0 to ${HIGHEST_PORT}, got ${port}`);
  }
  const files = readViewerFiles(viewerDir);
  const live = 'live' in options ? options.live : undefined;
  if (!('live' in options)) {
    files.set(
      '/trace.json',
      json('trace' in options ? JSON.stringify(options.trace) : options.traceText),
    );
  }
  let names: ReadonlySet<string> = new Set();
  const server = createServer({ maxHeaderSize: 8192 }, (request, response) => {
    const path = (request.url ?? '').replace(/[?#].*$/s, '');
    const answer = decide(request, files, names, path, live);
    if (answer !== undefined) send(response, answer, live !== undefined && path === '/trace.json');
    else if (live?.events.accept(request, response) !== true) {
      send(response, sentence(503, 'Too many pages are listening.'));
    }
  });
  // A program that is through may end, whoever is still looking at it.
  if (live !== undefined) server.on('connection', socket => socket.unref());
  limit(server);
  await listenFrom(server, port);
  const bound = (server.address() as AddressInfo).port;
  names = namesOf(bound);
  return {
    url: `http://${LOOPBACK}:${bound}/`,
    port: bound,
    close: () => close(server),
    unref: () => server.unref(),
    ref: () => server.ref(),
  };
}

function json(text: string): ServedFile {
  return { body: Buffer.from(text), type: 'application/json; charset=utf-8' };
}

/** The values of the Host header by which a browser may call this server. */
function namesOf(port: number): ReadonlySet<string> {
  const hosts = [LOOPBACK, 'localhost', '[::1]'];
  // A browser leaves the port out where it is the one that http stands for.
  return new Set(hosts.flatMap(host => (port === 80 ? [host, `${host}:80`] : [`${host}:${port}`])));
}

/** What a request is answered with. */
interface Answer {
  status: number;
  file: ServedFile;
}

/** The answer to a request; undefined where a page that may do so wants to listen. */
function decide(
  { method, headers }: IncomingMessage,
  files: ReadonlyMap<string, ServedFile>,
  names: ReadonlySet<string>,
  path: string,
  live: LiveSource | undefined,
): Answer | undefined {
  if (!names.has(headers.host?.toLowerCase() ?? '')) {
    return sentence(403, 'This server answers to its own address only.');
  }
  const foreign = headers.origin !== undefined && !isOwnOrigin(headers.origin, names);
  if (foreign || isForeignFetch(headers)) {
    return sentence(403, 'This server answers to its own pages only.');
  }
  if (method !== 'GET' && method !== 'HEAD') {
    return sentence(405, 'Only GET and HEAD are answered here.');
  }
  if (live !== undefined && path === '/events') {
    return method === 'GET' ? undefined : sentence(405, 'Events can only be listened to.');
  }
  // Written down only for those who may have it: a large trace takes its time.
  const file =
    live !== undefined && path === '/trace.json' ? json(live.traceText()) : files.get(path);
  return file === undefined ? sentence(404, 'There is no such file.') : { status: 200, file };
}

function sentence(status: number, text: string): Answer {
  return { status, file: { body: Buffer.from(`${text}\n`), type: 'text/plain; charset=utf-8' } };
}

function send(response: ServerResponse, { status, file }: Answer, live = false): void {
  response.writeHead(status, {
    ...SECURITY_HEADERS,
    'Content-Type': file.type,
    'Content-Length': file.body.length,
    ...(status === 405 ? { Allow: 'GET, HEAD' } : {}),
    // Tells the page that there is more to come: see /events.
    ...(live ? { 'X-Seegrad-Live': '1' } : {}),
    // After a refusal nothing that the client still sends is read.
    ...(status === 200 ? {} : { Connection: 'close' }),
  });
  response.end(response.req.method === 'HEAD' ? undefined : file.body);
}

/** What a page of another site asks for, other than by a link that somebody follows: images, scripts, frames. */
function isForeignFetch(headers: IncomingMessage['headers']): boolean {
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return false;
  return headers['sec-fetch-mode'] !== 'navigate' || headers['sec-fetch-dest'] !== 'document';
}

function isOwnOrigin(origin: string, names: ReadonlySet<string>): boolean {
  const lower = origin.toLowerCase();
  return lower.startsWith('http://') && names.has(lower.slice('http://'.length));
}

const CLIENT_ERRORS: ReadonlyMap<string, string> = new Map([
  ['HPE_HEADER_OVERFLOW', '431 Request Header Fields Too Large'],
  ['ERR_HTTP_REQUEST_TIMEOUT', '408 Request Timeout'],
]);

/** Bounds on what a client can hold: headers, time and connections. */
function limit(server: Server): void {
  server.maxHeadersCount = 64;
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  server.keepAliveTimeout = 5_000;
  server.setTimeout(60_000);
  server.maxConnections = 128;
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const status = CLIENT_ERRORS.get(error.code ?? '') ?? '400 Bad Request';
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => {
      socket.destroy();
    });
  });
}

/** Listens on the wanted port or, where it is taken, on the next free one. */
async function listenFrom(server: Server, wanted: number): Promise<void> {
  const last = wanted === 0 ? 0 : Math.min(wanted + ATTEMPTS - 1, HIGHEST_PORT);
  for (let port = wanted; port <= last; port++) {
    try {
      return await listen(server, port);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EACCES') {
        throw new Error(`the system does not allow port ${port}; choose one above 1023`);
      }
      if (code !== 'EADDRINUSE') throw error;
    }
  }
  throw new Error(`no port from ${wanted} to ${last} is free; choose another one`);
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => {
      server.off('listening', ready);
      reject(error);
    };
    const ready = (): void => {
      server.off('error', failed);
      resolve();
    };
    server.once('error', failed);
    server.once('listening', ready);
    server.listen({ host: LOOPBACK, port, exclusive: true });
  });
}

function close(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve());
    // A connection that was accepted in this very moment is not yet known to the server.
    server.on('connection', socket => socket.destroy());
    server.closeAllConnections();
  });
}
