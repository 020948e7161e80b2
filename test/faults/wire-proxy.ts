import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { upstreamOf } from '../support/counting-proxy.js';

/** A way to PostgreSQL that can be made bad. */
export interface WireProxy {
  /** The URL given, leading through the proxy by TCP on 127.0.0.1. */
  readonly url: string;
  /** Milliseconds by which whatever passes in either direction is late, from now on. */
  delay: number;
  /** Whether everything is swallowed: connections stay, and take new ones, but nothing passes and nothing is refused. */
  swallows: boolean;
  close(): Promise<void>;
}

/**
 * Stands between a server and its PostgreSQL.
 *
 * @param databaseUrl as `pg` takes it
 */
export async function startWireProxy(databaseUrl: string): Promise<WireProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const database = connect(upstreamOf(databaseUrl));
    for (const [from, to] of [
      [client, database],
      [database, client],
    ] as const) {
      sockets.add(from);
      from.setNoDelay();
      from.on('error', () => to.destroy()).on('close', () => to.destroy());
      from.on('data', (chunk) => {
        if (proxy.swallows) return;
        if (proxy.delay === 0) to.write(chunk);
        else setTimeout(() => to.writable && to.write(chunk), proxy.delay);
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(databaseUrl);
  url.searchParams.delete('host');
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const proxy: WireProxy = {
    url: url.href,
    delay: 0,
    swallows: false,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}
