import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An app on this computer that waits for its answer (RFC 8252 §7.3). */
export interface ReceivingApp {
  readonly origin: string;
  readonly redirectUri: string;
  /** Parameters of every answer so far. */
  readonly answers: URLSearchParams[];
  close(): Promise<void>;
}

/** Listens on a free port of the loopback interface. */
export async function startReceivingApp(): Promise<ReceivingApp> {
  const answers: URLSearchParams[] = [];
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://localhost');
    if (pathname === '/callback') answers.push(searchParams);
    response.writeHead(pathname === '/callback' ? 200 : 204, { 'content-type': 'text/html' });
    response.end(pathname === '/callback' ? '<!doctype html><title>Received</title>' : undefined);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    redirectUri: `${origin}/callback`,
    answers,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
