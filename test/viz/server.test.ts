// The loopback server: what it serves, what it refuses, and how it ends.

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { connect, createServer, type Server } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Trace } from '../../src/autograd/trace.ts';
import { serveViewer, ViewerFilesError, type ViewerServer } from '../../src/viz/server/index.ts';

const FILES: Record<string, string> = {
  'index.html': '<!doctype html><title>viewer</title>',
  'app.js': 'export {};',
  'app.css': 'body { margin: 0 }',
  'chunk-ABC.js': 'export const x = 1;',
  'fonts/math.woff2': 'font',
  'notes.md': 'no kind of file that a page needs',
};
const TRACE: Trace = {
  format: 'seegrad-trace',
  version: 1,
  ops: [],
  scopes: [],
  files: [],
  graphs: [],
  passes: [],
};

let folder = '';
let server: ViewerServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'seegrad-server-'));
  writeFileSync(join(folder, 'secret.json'), '"secret"');
  const viewer = join(folder, 'viewer');
  mkdirSync(join(viewer, 'fonts'), { recursive: true });
  for (const [path, text] of Object.entries(FILES)) writeFileSync(join(viewer, path), text);
  symlinkSync(join(folder, 'secret.json'), join(viewer, 'link.json'));
  server = await serveViewer({ trace: TRACE, viewerDir: viewer, port: 0 });
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A request with full control over method, path and headers; the path is sent as it stands. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port: server.port, path, method, headers, agent: false },
      response => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => {
          body += part;
        });
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
        });
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}

/** Sends bytes as they are and returns everything that comes back until the server hangs up. */
function askRaw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, '127.0.0.1', () => socket.write(text));
    let reply = '';
    socket.setEncoding('utf8');
    socket.on('data', (part: string) => {
      reply += part;
    });
    socket.on('end', () => resolve(reply));
    socket.on('error', reject);
  });
}

describe('what is served', () => {
  it.each([
    ['/', 'text/html; charset=utf-8', FILES['index.html']],
    ['/index.html', 'text/html; charset=utf-8', FILES['index.html']],
    ['/?step=3', 'text/html; charset=utf-8', FILES['index.html']],
    ['/app.js', 'text/javascript; charset=utf-8', FILES['app.js']],
    ['/app.css', 'text/css; charset=utf-8', FILES['app.css']],
    ['/chunk-ABC.js', 'text/javascript; charset=utf-8', FILES['chunk-ABC.js']],
    ['/fonts/math.woff2', 'font/woff2', FILES['fonts/math.woff2']],
    ['/trace.json', 'application/json; charset=utf-8', JSON.stringify(TRACE)],
  ])('%s as %s', async (path, type, body) => {
    const reply = await ask(path);
    expect(reply.status).toBe(200);
    expect(reply.headers['content-type']).toBe(type);
    expect(reply.headers['content-length']).toBe(String(Buffer.byteLength(body ?? '')));
    expect(reply.body).toBe(body);
  });

  it('the same head without the body for HEAD', async () => {
    const reply = await ask('/app.js', {}, 'HEAD');
    expect(reply.status).toBe(200);
    expect(reply.headers['content-length']).toBe(String(FILES['app.js']?.length));
    expect(reply.body).toBe('');
  });

  it('the text of a trace as it was given', async () => {
    const text = '{"format":  "seegrad-trace"}';
    const other = await serveViewer({
      traceText: text,
      viewerDir: join(folder, 'viewer'),
      port: 0,
    });
    const reply = await fetch(`${other.url}trace.json`);
    expect(await reply.text()).toBe(text);
    await other.close();
  });

  it('nothing that was added after the start', async () => {
    writeFileSync(join(folder, 'viewer', 'late.js'), 'late');
    expect((await ask('/late.js')).status).toBe(404);
  });
});

describe('what is refused', () => {
  it.each([
    '/../secret.json',
    '/..%2fsecret.json',
    '/%2e%2e/secret.json',
    '/fonts/../../secret.json',
    '/..\\secret.json',
    '//etc/passwd',
    '/etc/passwd',
    '/fonts',
    '/fonts/',
    '/link.json',
    '/notes.md',
    '/__proto__',
    '/constructor',
    '/trace.json/',
    '/TRACE.JSON',
    '/trace.json%00.html',
  ])('%s is not found', async path => {
    const reply = await ask(path);
    expect(reply.status).toBe(404);
    expect(reply.body).toBe('There is no such file.\n');
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'])('%s', async method => {
    const reply = await ask('/trace.json', {}, method);
    expect(reply.status).toBe(405);
    expect(reply.headers.allow).toBe('GET, HEAD');
  });

  it.each([
    'evil.example',
    'evil.example:80',
    '127.0.0.1',
    '127.0.0.1:1',
    'localhost',
    '127.0.0.1.evil.example',
    '0.0.0.0',
  ])('the host "%s"', async host => {
    const reply = await ask('/trace.json', { Host: host });
    expect(reply.status).toBe(403);
    expect(reply.body).not.toContain('seegrad-trace');
  });

  it('a foreign name with the right port', async () => {
    expect((await ask('/', { Host: `evil.example:${server.port}` })).status).toBe(403);
  });

  it('a request without a host', async () => {
    expect(await askRaw('GET /trace.json HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 403 /);
    expect(await askRaw('GET /trace.json HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 403 /,
    );
    expect(await askRaw('GET /trace.json HTTP/1.1\r\nConnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400 /,
    );
  });

  it('an address of another server as the target', async () => {
    const host = `127.0.0.1:${server.port}`;
    const reply = await askRaw(
      `GET http://${host}/trace.json HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
    );
    expect(reply).toMatch(/^HTTP\/1\.1 404 /);
  });

  it('pages of another origin', async () => {
    const { port } = server;
    for (const origin of [
      'http://evil.example',
      'null',
      `https://127.0.0.1:${port}`,
      'http://localhost',
    ]) {
      expect((await ask('/trace.json', { Origin: origin })).status, origin).toBe(403);
    }
  });

  it('what is not HTTP, and headers without end', async () => {
    expect(await askRaw('hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    const long = `GET / HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`;
    expect(await askRaw(long)).toMatch(/^HTTP\/1\.1 431 /);
  });
});

it('answers to each of its own names, and to its own pages', async () => {
  for (const name of ['127.0.0.1', 'localhost', '[::1]', 'LOCALHOST']) {
    const host = `${name}:${server.port}`;
    expect((await ask('/', { Host: host })).status, name).toBe(200);
    expect((await ask('/', { Host: host, Origin: `http://${host}` })).status, name).toBe(200);
  }
});

it('sends its security headers with every answer', async () => {
  const replies = [
    await ask('/'),
    await ask('/trace.json'),
    await ask('/missing'),
    await ask('/', {}, 'POST'),
    await ask('/', { Host: 'evil.example' }),
  ];
  for (const { headers } of replies) {
    expect(headers).toMatchObject({
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; " +
        "img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; " +
        "frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    });
    expect(headers).not.toHaveProperty('access-control-allow-origin');
  }
});

it('cannot be reached from outside the machine', async () => {
  const addresses = Object.values(networkInterfaces())
    .flatMap(list => list ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);
  for (const address of addresses) {
    const reached = await new Promise<boolean>(resolve => {
      const socket = connect(server.port, address, () => {
        socket.destroy();
        resolve(true);
      });
      socket.on('error', () => resolve(false));
    });
    expect(reached, address).toBe(false);
  }
});

describe('the port', () => {
  const blockers: Server[] = [];
  afterEach(async () => {
    for (const blocker of blockers.splice(0)) await new Promise(done => blocker.close(done));
  });

  function block(port: number): Promise<number> {
    const blocker = createServer();
    blockers.push(blocker);
    return new Promise((resolve, reject) => {
      blocker.once('error', reject);
      blocker.listen(port, '127.0.0.1', () => {
        resolve((blocker.address() as { port: number }).port);
      });
    });
  }

  it('is the next free one where the wanted one is taken', async () => {
    const taken = await block(0);
    const other = await serveViewer({
      trace: TRACE,
      viewerDir: join(folder, 'viewer'),
      port: taken,
    });
    expect(other.port).toBeGreaterThan(taken);
    expect(other.port).toBeLessThan(taken + 100);
    expect(other.url).toBe(`http://127.0.0.1:${other.port}/`);
    expect((await fetch(other.url)).status).toBe(200);
    await other.close();
  });

  it.each([-1, 1.5, 65_536, Number.NaN])('%s is no port', async port => {
    const wanted = { trace: TRACE, viewerDir: join(folder, 'viewer'), port };
    await expect(serveViewer(wanted)).rejects.toThrow('a port is a whole number from 0 to 65535');
  });
});

it('says so when the viewer is not built', async () => {
  const wanted = { trace: TRACE, viewerDir: join(folder, 'missing'), port: 0 };
  await expect(serveViewer(wanted)).rejects.toThrow(ViewerFilesError);
  await expect(serveViewer(wanted)).rejects.toThrow('run npm run build');
});

it('closes although clients keep their connections open', async () => {
  const other = await serveViewer({ trace: TRACE, viewerDir: join(folder, 'viewer'), port: 0 });
  const agent = new Agent({ keepAlive: true });
  await new Promise<void>((resolve, reject) => {
    request({ host: '127.0.0.1', port: other.port, path: '/', agent }, response => {
      response.resume().on('end', resolve);
    })
      .on('error', reject)
      .end();
  });
  // One that has not finished its request yet.
  const slow = connect(other.port, '127.0.0.1');
  await new Promise(resolve => slow.write('GET / HTTP/1.1\r\nHost: ', resolve));
  const cut = new Promise(resolve => slow.on('close', resolve).on('error', () => {}));
  await new Promise(resolve => setTimeout(resolve, 50));
  const idle = Object.values(agent.freeSockets).flatMap(sockets => sockets ?? []);
  expect(idle).toHaveLength(1);
  const dropped = Promise.all(idle.map(socket => new Promise(done => socket.on('close', done))));
  await other.close();
  await cut;
  await dropped;
  await expect(fetch(other.url)).rejects.toThrow();
  agent.destroy();
});
