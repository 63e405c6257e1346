// A tiny server for the tests: the built viewer and one trace, on the loopback interface, under the very headers that
// the real server sends.

import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { SECURITY_HEADERS } from '../../src/viz/server/headers.ts';

const TYPES: ReadonlyMap<string, string> = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.woff2', 'font/woff2'],
]);

export interface StaticServer {
  readonly url: string;
  /** What `trace.json` answers from now on; undefined means not found. */
  serve(trace: string | undefined): void;
  close(): Promise<void>;
}

/** Serves a folder. */
export async function serveFolder(folder: string): Promise<StaticServer> {
  let trace: string | undefined;
  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === '/trace.json') {
      response.writeHead(trace === undefined ? 404 : 200, { 'Content-Type': 'application/json' });
      response.end(trace ?? '{}');
      return;
    }
    const file = normalize(pathname === '/' ? '/index.html' : pathname);
    const type = TYPES.get(extname(file));
    if (type === undefined) {
      response.writeHead(404).end();
      return;
    }
    readFile(join(folder, file)).then(
      content => response.writeHead(200, { 'Content-Type': type }).end(content),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    serve(next) {
      trace = next;
    },
    close: () => closed(server),
  };
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.closeAllConnections();
    server.close(error => (error === undefined ? resolve() : reject(error)));
  });
}
