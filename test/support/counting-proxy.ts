import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { type Hold, ProxiedConnection } from './proxied-connection.js';

/** Where PostgreSQL listens, for `net.connect`. */
type Upstream = { readonly path: string } | { readonly host: string; readonly port: number };

/** A way to PostgreSQL that knows what passed through it. */
export interface CountingProxy {
  /** The URL given, leading through the proxy by TCP on 127.0.0.1. */
  readonly url: string;
  /**
   * Names of the statements that requests ran since the last call, in order: the prepared name, or else the SQL's
   * beginning. What the server does on connections of its own (`swingdoor-...`), and the batches of the audit log, which
   * come once a second, are no request's.
   */
  take(): string[];
  /**
   * Lets the connections of one `application_name` stand still, those still to come included.
   *
   * @param what stands still; undefined lets them go on where they stopped
   */
  hold(applicationName: string, what: Hold | undefined): void;
  /** How many connections of that `application_name` were made so far. */
  made(applicationName: string): number;
  /** Resolves once the database has said this to a connection of that `application_name`, counted from the call. */
  passed(applicationName: string, text: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * Stands between a server and its PostgreSQL, passes every byte on, and notes each Execute and simple Query: as
 * `pg` waits for the answer to each, every one is a round trip.
 *
 * @param databaseUrl as `pg` takes it: a host, or a `host` parameter that names the folder of a unix socket
 * @param alter sees all that the database says before it is passed on, and may change its bytes in place
 */
export async function startCountingProxy(
  databaseUrl: string,
  alter: (chunk: Buffer) => void = () => undefined,
): Promise<CountingProxy> {
  const upstream = upstreamOf(databaseUrl);
  let statements: string[] = [];
  const connections = new Set<ProxiedConnection>();
  const holds = new Map<string, Hold>();
  const watchers = new Set<(name: string, chunk: Buffer) => void>();
  const server: Server = createServer((client) => {
    const connection = new ProxiedConnection(client, connect(upstream), (chunk) => {
      alter(chunk);
      for (const watch of watchers) watch(connection.name, chunk);
    });
    connections.add(connection);
    const read = statementReader((statement) => {
      if (!connection.name.startsWith('swingdoor-')) statements.push(statement);
    });
    const greet = (body: Buffer) => {
      connection.name = /application_name\0([^\0]*)/.exec(body.toString())?.[1] ?? '';
      const hold = holds.get(connection.name);
      if (hold) connection.hold(hold);
    };
    // Before it is passed on: a connection that is to be held must not get its first message through.
    client.prependListener(
      'data',
      frontendMessages((type, body) => (type ? read(type, body) : greet(body))),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(databaseUrl);
  url.searchParams.delete('host');
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: url.href,
    take() {
      const taken = statements;
      statements = [];
      return taken.filter((statement) => statement !== 'audit_write');
    },
    hold(name, what) {
      if (what) holds.set(name, what);
      else holds.delete(name);
      for (const connection of connections) {
        if (connection.name !== name) continue;
        if (what) connection.hold(what);
        else connection.release();
      }
    },
    made(name) {
      return [...connections].filter((connection) => connection.name === name).length;
    },
    passed(name, text) {
      return new Promise((resolve) => {
        let tail = '';
        const watch = (of: string, chunk: Buffer) => {
          if (of !== name) return;
          tail = tail.slice(-text.length) + chunk.toString('latin1');
          if (!tail.includes(text)) return;
          watchers.delete(watch);
          resolve();
        };
        watchers.add(watch);
      });
    },
    async close() {
      for (const connection of connections) connection.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/**
 * Where a URL leads.
 *
 * @param databaseUrl as `pg` takes it
 */
export function upstreamOf(databaseUrl: string): Upstream {
  const url = new URL(databaseUrl);
  const folder = url.searchParams.get('host');
  const port = Number(url.searchParams.get('port') ?? (url.port || 5432));
  if (folder?.startsWith('/')) return { path: `${folder}/.s.PGSQL.${port}` };
  return { host: folder ?? url.hostname, port };
}

/**
 * Cuts a client's bytes into messages (PostgreSQL's protocol 3.0, "Message Formats"): a type, four bytes of
 * length that count themselves, and the body. The very first message has no type, told as an empty one.
 */
function frontendMessages(read: (type: string, body: Buffer) => void): (chunk: Buffer) => void {
  let pending = Buffer.alloc(0);
  let typed = 0;
  return (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= typed + 4) {
      const end = typed + pending.readInt32BE(typed);
      if (pending.length < end) return;
      read(typed ? String.fromCharCode(pending[0]!) : '', pending.subarray(typed + 4, end));
      pending = pending.subarray(end);
      typed = 1;
    }
  };
}

/** Tells what each Execute (E) runs by the Parse (P) and Bind (B) before it; a simple Query (Q) says so itself. */
function statementReader(note: (statement: string) => void): (type: string, body: Buffer) => void {
  let unnamed = '';
  let bound = '';
  return (type, body) => {
    const texts = body.toString('latin1').split('\0', 2);
    if (type === 'P' && texts[0] === '') unnamed = beginningOf(texts[1]!);
    else if (type === 'B') bound = texts[1] || unnamed;
    else if (type === 'E') note(bound);
    else if (type === 'Q') note(beginningOf(texts[0]!));
  };
}

const beginningOf = (sql: string) => sql.trim().replace(/\s+/g, ' ').slice(0, 60);
