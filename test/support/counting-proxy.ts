import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Where PostgreSQL listens, for `net.connect`. */
type Upstream = { readonly path: string } | { readonly host: string; readonly port: number };

/** A way to PostgreSQL that knows what passed through it. */
export interface CountingProxy {
  /** The URL given, leading through the proxy by TCP on 127.0.0.1. */
  readonly url: string;
  /** Names of the statements run since the last call, in order: the prepared name, or else the SQL's beginning. */
  take(): string[];
  close(): Promise<void>;
}

/**
 * Stands between a server and its PostgreSQL, passes every byte on, and notes each Execute and simple Query: as
 * `pg` waits for the answer to each, every one is a round trip.
 *
 * @param databaseUrl as `pg` takes it: a host, or a `host` parameter that names the folder of a unix socket
 */
export async function startCountingProxy(databaseUrl: string): Promise<CountingProxy> {
  const upstream = upstreamOf(databaseUrl);
  let statements: string[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((client) => {
    const database = connect(upstream);
    for (const [from, to] of [
      [client, database],
      [database, client],
    ] as const) {
      sockets.add(from.on('error', () => to.destroy()).on('close', () => to.destroy()));
      from.setNoDelay();
      from.pipe(to);
    }
    client.on('data', frontendMessages(statementReader((statement) => statements.push(statement))));
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
      return taken;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function upstreamOf(databaseUrl: string): Upstream {
  const url = new URL(databaseUrl);
  const folder = url.searchParams.get('host');
  const port = Number(url.searchParams.get('port') ?? (url.port || 5432));
  if (folder?.startsWith('/')) return { path: `${folder}/.s.PGSQL.${port}` };
  return { host: folder ?? url.hostname, port };
}

/**
 * Cuts a client's bytes into messages (PostgreSQL's protocol 3.0, "Message Formats"): a type, four bytes of
 * length that count themselves, and the body. The very first message has no type.
 */
function frontendMessages(read: (type: string, body: Buffer) => void): (chunk: Buffer) => void {
  let pending = Buffer.alloc(0);
  let typed = 0;
  return (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= typed + 4) {
      const end = typed + pending.readInt32BE(typed);
      if (pending.length < end) return;
      if (typed) read(String.fromCharCode(pending[0]!), pending.subarray(5, end));
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
