import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE } from '../out/account-calls.js';
import { startServer, startTestApp, type TestApp } from '../support/test-app.js';
import { basic, bearer, encode, type Fields, TestClient } from '../support/test-client.js';
import { createTestDatabase } from '../support/test-database.js';
import { allEvents, eventsOf, page, type SeenEvent } from './audit-calls.js';

let app: TestApp;
let client: TestClient;
beforeAll(async () => {
  app = await startTestApp({ RATE_LIMITS: 'off' });
  client = new TestClient(app);
});
afterAll(() => app.close());

/** Registers, and waits until the rows are there. */
const registered = (times = 1) =>
  eventsOf(
    client,
    (events) => events.length >= times,
    async () => {
      for (let n = 0; n < times; n += 1) await client.register();
    },
  );

const ask = (query: Fields, headers: Record<string, string> = SERVICE) =>
  client.request(`/v1/audit-events?${encode(query)}`, { headers });

describe('an event', () => {
  it('says when by the database, from where, by what program, and leads to the log', async () => {
    const [event] = await eventsOf(
      client,
      (events) => events.length > 0,
      () =>
        client.postJson(
          '/public/v1/oauth/register/',
          { redirect_uris: ['http://127.0.0.1/cb'] },
          { 'user-agent': 'Acme/1.0' },
        ),
    );
    expect(event).toMatchObject({ address: '127.0.0.1', user_agent: 'Acme/1.0', workspace_id: null });
    const lines = app.logs.filter((line) => line.includes(event!.request_id));
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['client.registered', 'answered']);
    const { rows } = await app.database.query('SELECT now() - $1::timestamptz < $2 AS fresh', [
      event!.at,
      '10 s',
    ]);
    expect(rows[0].fresh).toBe(true);
  });

  it('keeps no credential that somebody puts into the name of their program, and no end of it', async () => {
    const secret = `sd_rt_${'s'.repeat(43)}`;
    const [event] = await eventsOf(
      client,
      (events) => events.length > 0,
      () =>
        client.postJson(
          '/public/v1/oauth/register/',
          { redirect_uris: ['http://127.0.0.1/ua'] },
          { 'user-agent': `${secret} \u00e9 ${'x'.repeat(2000)}` },
        ),
    );
    expect(event!.user_agent).toMatch(/^sd_rt_\[redacted\] \u00e9 x+$/);
    expect(event!.user_agent).toHaveLength(256);
  });
});

describe('the export', () => {
  it('goes page by page, each event once, and on from the last', async () => {
    const made = await registered(5);
    const cursor = String(BigInt(made[0]!.id) - 1n);
    const seen: string[] = [];
    for (let next: string | null = cursor; next !== null;) {
      const { body } = await ask({ limit: '2', cursor: next });
      seen.push(...body.data.map(({ id }: SeenEvent) => id));
      next = body.next_cursor;
    }
    expect(seen).toEqual(made.map(({ id }) => id));
    expect((await ask({ cursor: seen.at(-1) })).body).toEqual({ data: [], next_cursor: null });
  });

  it('takes workspace, event and times', async () => {
    const work = async () => {
      const registration = await client.register();
      await client.code(registration, {}, { claims: { org_id: 'filtered' } });
    };
    const [first, second] = await eventsOf(client, (events) => events.length > 1, work);
    const cursor = String(BigInt(first!.id) - 1n);
    const ids = async (query: Fields) => (await page(client, { cursor, ...query })).map(({ id }) => id);
    expect(await ids({ workspace_id: 'org:filtered' })).toEqual([second!.id]);
    expect(await ids({ event: 'client.registered' })).toEqual([first!.id]);
    expect(await ids({ since: '2100-01-01T00:00:00Z' })).toEqual([]);
    expect(await ids({ until: '2020-01-01T00:00:00+02:00' })).toEqual([]);
    expect(await ids({ since: '2020-01-01T00:00:00Z', until: '2100-01-01T00:00:00Z' })).toHaveLength(2);
  });

  it('gives a line per event to who asks for lines', async () => {
    const made = await registered(2);
    const cursor = String(BigInt(made[0]!.id) - 1n);
    const { status, headers, text } = await ask({ cursor }, { ...SERVICE, accept: 'application/x-ndjson' });
    expect([status, headers.get('content-type')]).toEqual([200, 'application/x-ndjson; charset=utf-8']);
    expect(
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(made);
  });

  it('is for services that are bound to no resource, and for nobody else', async () => {
    const tokens = await client.tokens(await client.register());
    const statuses = await Promise.all(
      [{}, bearer(await client.jwt()), bearer(tokens.access_token), basic('mcp', 'mcp-secret-for-tests')].map(
        async (headers) => (await ask({}, headers)).status,
      ),
    );
    expect(statuses).toEqual([401, 401, 401, 403]);
  });

  it.each([
    ['limit', '0'],
    ['limit', '1001'],
    ['cursor', 'x'],
    ['cursor', '9223372036854775808'],
    ['event', 'nothing.happened'],
    ['since', 'yesterday'],
    ['since', '2026-02-30'],
    ['until', '2026-13-01T00:00:00Z'],
    ['until', '+275760-09-13T00:00:00Z'],
    ['workspace_id', ''],
  ])('refuses %s=%s, naming it', async (field, value) => {
    const { status, body } = await ask({ [field]: value });
    expect([status, body.errors?.[0]?.field]).toEqual([400, field]);
  });

  it('misses nothing: events become visible in the order of their ids, whoever writes them', async () => {
    const other = await app.database.connect();
    try {
      await other.query('BEGIN');
      // As another replica writes: its id is taken, its commit is late.
      const { rows } = await other.query(
        `WITH turn AS (SELECT pg_advisory_xact_lock(7326104590))
         INSERT INTO audit_events (at, event, outcome, actor_kind, subject)
         SELECT now(), 'client.registered', 'success', 'anonymous', '{}' FROM turn RETURNING id`,
      );
      const late = String(rows[0].id);
      await client.register();
      const queued = `SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
      while ((await app.database.query(queued)).rowCount === 0) await wait(20);
      expect((await allEvents(client)).every(({ id }) => BigInt(id) < BigInt(late))).toBe(true);
      await other.query('COMMIT');
      let after: SeenEvent[] = [];
      for (let tries = 0; tries < 100 && after.length < 2; tries += 1) {
        after = await page(client, { cursor: String(BigInt(late) - 1n) });
        await wait(20);
      }
      expect(after.map(({ id }) => id)[0]).toBe(late);
      expect(BigInt(after[1]!.id)).toBeGreaterThan(BigInt(late));
    } finally {
      other.release();
    }
  });
});

describe('writing', () => {
  it('keeps no request waiting while the table is not to be had, and is made up for', async () => {
    const holder = await app.database.connect();
    const before = (await allEvents(client)).length;
    try {
      await holder.query('BEGIN');
      await holder.query('LOCK TABLE audit_events IN EXCLUSIVE MODE');
      for (let n = 0; n < 20; n += 1) await client.register();
      expect((await allEvents(client)).length).toBe(before);
    } finally {
      await holder.query('ROLLBACK');
      holder.release();
    }
    let events: SeenEvent[] = [];
    for (let tries = 0; tries < 200 && events.length < before + 20; tries += 1) {
      events = await allEvents(client);
      await wait(50);
    }
    expect(events.length).toBe(before + 20);
  });

  it('of refusals, which strangers cause at will, keeps a hundred a second', async () => {
    const refusals = async () => (await page(client, { event: 'service.refused' })).length;
    const headers = basic('all-seeing', 'wrong');
    for (let n = 0; n < 6; n += 1) {
      await Promise.all(Array.from({ length: 100 }, () => ask({}, headers)));
    }
    await registered();
    const seconds = await app.database.query(
      `SELECT max(n)::int AS most FROM (SELECT count(*) AS n FROM audit_events WHERE event = 'service.refused'
         GROUP BY xmin) AS batches`,
    );
    expect(await refusals()).toBeGreaterThan(0);
    expect(seconds.rows[0].most).toBeLessThanOrEqual(100);
    expect(app.logs.filter((line) => line.includes('service.refused')).length).toBeGreaterThan(500);
  });

  it('is done before a server stops', async () => {
    const database = await createTestDatabase();
    const server = await startServer({ DATABASE_URL: database.url });
    await new TestClient(server).register();
    expect(await server.stop()).toBe(0);
    const { rows } = await database.pool.query('SELECT event FROM audit_events');
    expect(rows).toEqual([{ event: 'client.registered' }]);
    await database.drop();
  });
});

it('what is older than AUDIT_RETENTION_DAYS is taken away, in batches, and nothing else', async () => {
  await app.database.query(
    `INSERT INTO audit_events (at, event, outcome, actor_kind, subject)
     SELECT now() - make_interval(days => CASE WHEN n % 2 = 0 THEN 91 ELSE 89 END), 'old', 'success', 'system', '{}'
     FROM generate_series(1, 12000) AS n`,
  );
  await app.database.query(`UPDATE audit_events SET at = now() - interval '91 days' WHERE event <> 'old'`);
  await app.database.query(`SELECT graphile_worker.add_job('audit.forget')`);
  const count = async () => {
    const { rows } = await app.database.query(
      `SELECT count(*) FILTER (WHERE at < now() - interval '90 days')::int AS old, count(*)::int AS all FROM audit_events`,
    );
    return rows[0];
  };
  for (let tries = 0; tries < 200 && (await count()).old > 0; tries += 1) await wait(50);
  expect(await count()).toEqual({ old: 0, all: 6000 });
});
