import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { OutboundError, outboundFetch, type OutboundRequest } from '../../src/common/http/outbound-fetch.js';

let server: Server | undefined;

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function get(url: string, more: Partial<OutboundRequest> = {}) {
  return outboundFetch({
    method: 'GET',
    url: new URL(url),
    allowedOrigins: new Set([new URL(url).origin]),
    ...more,
  });
}

async function failure(promise: Promise<unknown>) {
  const error: unknown = await promise.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(OutboundError);
  expect(inspect(error, { depth: 10 })).not.toContain('hush');
  return (error as OutboundError).failure;
}

afterEach(async () => {
  jest.restoreAllMocks();
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

describe('outboundFetch', () => {
  it('gives back whatever was answered, errors too', async () => {
    const origin = await serve((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += chunk));
      request.on('end', () => response.writeHead(418, { 'x-seen': request.method }).end(body));
    });
    const reply = await get(origin, {
      method: 'POST',
      body: 'a=1',
      headers: { 'Content-Type': 'text/plain' },
    });
    expect(reply).toMatchObject({ status: 418, body: 'a=1' });
    expect(reply.headers.get('x-seen')).toBe('POST');
  });

  it('calls no origin that it was not given', async () => {
    let called = false;
    const origin = await serve((_, response) => response.end(String((called = true))));
    expect(
      await failure(get(`${origin}/?token=hush`, { allowedOrigins: new Set(['https://api.x.com']) })),
    ).toBe('forbidden');
    expect(called).toBe(false);
  });

  it.each([301, 302, 303, 307, 308])('follows no %i', async (status) => {
    let calls = 0;
    const origin = await serve((_, response) => {
      calls += 1;
      response.writeHead(status, { Location: '/elsewhere' }).end();
    });
    expect(await failure(get(`${origin}/?token=hush`))).toBe('redirected');
    expect(calls).toBe(1);
  });

  it('waits no longer than told, for headers and for the body', async () => {
    const origin = await serve((request, response) => {
      if (request.url === '/body') response.write('half');
    });
    expect(await failure(get(`${origin}/?token=hush`, { timeoutMs: 100 }))).toBe('timeout');
    expect(await failure(get(`${origin}/body`, { timeoutMs: 100 }))).toBe('timeout');
  });

  it('reads 256 KiB and no more, unpacked', async () => {
    const origin = await serve((request, response) => {
      const size = Number(new URL(request.url!, 'http://x').searchParams.get('size'));
      response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync(Buffer.alloc(size, 'a')));
    });
    expect((await get(`${origin}/?size=${256 * 1024}`)).body).toHaveLength(256 * 1024);
    expect(await failure(get(`${origin}/?size=${256 * 1024 + 1}&token=hush`))).toBe('too_large');
  });

  it('never sends twice what may have been acted on', async () => {
    let calls = 0;
    const origin = await serve((request) => {
      calls += 1;
      request.socket.destroy();
    });
    expect(await failure(get(`${origin}/?token=hush`, { method: 'POST', body: 'code=hush' }))).toBe('cut');
    expect(calls).toBe(1);
  });

  it('tries a refused connection once more, for nothing was sent', async () => {
    const origin = await serve(() => undefined);
    server!.close();
    const calls = jest.spyOn(globalThis, 'fetch');
    expect(await failure(get(`${origin}/?token=hush`))).toBe('unreachable');
    expect(calls).toHaveBeenCalledTimes(2);
  });
});
