import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** A load balancer before some replicas. */
export interface ReverseProxy {
  readonly url: string;
  /** Resolves once the replica at this address is in the rotation, or out of it. */
  until(replica: string, ready: boolean): Promise<void>;
  close(): Promise<void>;
}

interface Upstream {
  readonly url: string;
  readonly agent: Agent;
  ready: boolean;
}

/** Milliseconds between looks at /health/ready, and for which one look may take. */
const [LOOK, PATIENCE] = [100, 1_000];

/**
 * Shares requests out as nginx or an ingress does: in turn among the replicas whose /health/ready says 200, over
 * connections that are kept, and never a second time: what an upstream breaks off is 502 for the caller.
 *
 * @param port where to listen on 127.0.0.1
 * @param replicas their addresses; they may come and go
 */
export async function startReverseProxy(port: number, replicas: readonly string[]): Promise<ReverseProxy> {
  const upstreams = replicas.map((url): Upstream => ({
    url,
    agent: new Agent({ keepAlive: true }),
    ready: false,
  }));
  const closed = new AbortController();
  const looking = upstreams.map((upstream) => watch(upstream, closed.signal));
  let turn = 0;
  const server = createServer((incoming, outgoing) => {
    const ready = upstreams.filter((upstream) => upstream.ready);
    const upstream = ready[(turn += 1) % ready.length];
    if (upstream) forward(upstream, incoming, outgoing);
    else outgoing.writeHead(503).end('No replica is ready.');
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async until(replica, ready) {
      const upstream = upstreams.find(({ url }) => url === replica)!;
      while (upstream.ready !== ready) await delay(20);
    },
    async close() {
      closed.abort();
      await Promise.all(looking);
      server.close();
      server.closeAllConnections();
      for (const { agent } of upstreams) agent.destroy();
    },
  };
}

async function watch(upstream: Upstream, closed: AbortSignal): Promise<void> {
  while (!closed.aborted) {
    const look = fetch(`${upstream.url}/health/ready`, { signal: AbortSignal.timeout(PATIENCE) });
    upstream.ready = await look.then(
      async (answer) => (await answer.text()) !== '' && answer.ok,
      () => false,
    );
    await delay(LOOK, undefined, { signal: closed }).catch(() => undefined);
  }
}

function forward({ url, agent }: Upstream, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { method, url: path, headers } = incoming;
  const { connection: _, ...passed } = headers;
  const call = request(url + path, { method, headers: passed, agent }, (answer) => {
    const { connection: _, 'keep-alive': __, ...kept } = answer.headers;
    outgoing.writeHead(answer.statusCode!, kept);
    answer.pipe(outgoing);
  });
  call.on('error', (error) => {
    if (!outgoing.headersSent) outgoing.writeHead(502);
    outgoing.end(`${url}: ${error.message}`);
  });
  incoming.pipe(call);
}
