import { connect } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { createTestDatabase } from './support/test-database.js';
import { startServer, startTestApp } from './support/test-app.js';
import { TestClient } from './support/test-client.js';

const key = (kid: string, byte: number) => `${kid}:${Buffer.alloc(32, byte).toString('base64')}`;

describe('starting', () => {
  it('ends with exit code 1 and names of what is wrong, never values', async () => {
    const start = startServer({
      DATABASE_URL: 'mysql://user:hunter2@db/x',
      PORT: '70000',
      LOG_LEVEL: 'shout',
    });
    const error = await start.then(
      () => new Error('it started'),
      (thrown: Error) => thrown,
    );
    expect(error.message).toMatch(/ended with 1/);
    for (const name of ['DATABASE_URL', 'PORT', 'LOG_LEVEL']) expect(error.message).toContain(name);
    for (const value of ['hunter2', '70000', 'shout']) expect(error.message).not.toContain(value);
  });

  it('four at once on one fresh database: each migrates or waits, all of them serve', async () => {
    const database = await createTestDatabase({ template: false });
    const env = { DATABASE_URL: database.url, ENCRYPTION_KEYS: key('a', 1) };
    const servers = await Promise.all([1, 2, 3, 4].map(() => startServer(env)));
    try {
      for (const server of servers) {
        expect((await new TestClient(server).request('/health/ready')).status).toBe(200);
      }
      const { rows } = await database.pool.query(
        'SELECT name, count(*)::int AS times FROM migrations GROUP BY name',
      );
      expect(rows.length).toBeGreaterThan(0);
      expect(rows.every(({ times }) => times === 1)).toBe(true);
    } finally {
      await Promise.all(servers.map((server) => server.stop()));
      await database.drop();
    }
  });

  it('refuses a key ring that cannot open what the database holds, and takes one that can', async () => {
    const app = await startTestApp({ ENCRYPTION_KEYS: key('a', 1) });
    try {
      await expect(
        startServer({ DATABASE_URL: app.databaseUrl, ENCRYPTION_KEYS: key('a', 2) }),
      ).rejects.toThrow(/ended with 1[^]*ENCRYPTION_KEYS/);
      const keys = `${key('b', 2)},${key('a', 1)}`;
      const rotated = await startServer({ DATABASE_URL: app.databaseUrl, ENCRYPTION_KEYS: keys });
      await rotated.stop();
    } finally {
      await app.close();
    }
  });

  it('stops on SIGTERM with exit code 0, and so does Ctrl-C', async () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const database = await createTestDatabase();
      const server = await startServer({ DATABASE_URL: database.url });
      expect(await server.stop(signal)).toBe(0);
      await database.drop();
    }
  });

  it('a request that was half sent does not keep it from stopping', async () => {
    const app = await startTestApp();
    const { hostname, port } = new URL(app.url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    socket.write('POST /public/v1/oauth/token/ HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n');
    socket.write('Content-Length: 100\r\n\r\n{');
    // The server has read it once it answers another request on a connection that was opened later.
    await new TestClient(app).request('/health/live');
    expect(await app.stop()).toBe(0);
    socket.destroy();
    await app.close();
  });

  it('what is no HTTP is refused in words', async () => {
    const app = await startTestApp();
    try {
      const { hostname, port } = new URL(app.url);
      const ask = async (text: string) => {
        const socket = connect(Number(port), hostname).setEncoding('utf8');
        socket.write(text);
        let answer = '';
        for await (const chunk of socket) answer += chunk;
        return answer;
      };
      expect(await ask('HELLO\r\n\r\n')).toMatch(
        /^HTTP\/1.1 400 [^]*application\/problem\+json[^]*invalid_input/,
      );
      const long = ` / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`;
      expect(await ask(`GET${long}`)).toMatch(/^HTTP\/1.1 431 [^]*application\/problem\+json/);
      // RFC 9110 §9.3.2: the client takes a body for another answer.
      expect(await ask(`HEAD${long}`)).toMatch(/^HTTP\/1.1 431 [^]*\r\n\r\n$/);
    } finally {
      await app.close();
    }
  });

  it('says clearly that a database is not there', async () => {
    await expect(startServer({ DATABASE_URL: 'postgres://nobody:hunter2@127.0.0.1:1/none' })).rejects.toThrow(
      /ended with 1[^]*ECONNREFUSED 127.0.0.1:1. Check DATABASE_URL/,
    );
  });
});

describe('the database drops every connection', () => {
  it('the next requests are answered, and the server lives on', async () => {
    const app = await startTestApp();
    const client = new TestClient(app);
    try {
      const tokens = await client.tokens(await client.register());
      await app.database.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      );
      // The first may meet a connection that is already dead; it then says when to come again.
      const first = await client.me(tokens.access_token);
      expect([200, 503]).toContain(first.status);
      if (first.status === 503) expect(first.headers.get('retry-after')).toBe('2');
      expect((await client.me(tokens.access_token)).status).toBe(200);
      expect(app.process.exitCode).toBeNull();
    } finally {
      await app.close();
    }
  });
});
