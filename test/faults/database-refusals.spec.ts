import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startServer, startTestApp, type TestApp } from '../support/test-app.js';
import { TestClient } from '../support/test-client.js';
import { expectAway, recovered } from './away.js';
import { ENCRYPTION_KEYS } from './replicas.js';

/** What PostgreSQL says of itself when it cannot do now what it could do later. */
const NOT_NOW = {
  '08006': 'the connection broke',
  '25006': 'this is a standby',
  '40001': 'transactions could not be put in order',
  '40P01': 'a deadlock was broken',
  '53100': 'the disk is full',
  '53200': 'memory is short',
  '53300': 'there are too many connections',
  '55P03': 'a lock did not come in time',
  '57014': 'the statement took too long',
  '57P01': 'an administrator stops it',
  '57P02': 'it recovers from a crash',
  '57P03': 'it is starting',
  '58030': 'a file cannot be read',
};

const TABLES = ['clients', 'authorization_requests', 'access_tokens'];

let app: TestApp;
let client: TestClient;
beforeAll(async () => {
  app = await startTestApp({ ENCRYPTION_KEYS, RATE_LIMITS: 'off' });
  client = new TestClient(app);
  await app.database.query(`
    CREATE TABLE refusal (code text);
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE found text;
      BEGIN
        SELECT code INTO found FROM refusal;
        IF found IS NULL THEN RETURN NEW; END IF;
        RAISE EXCEPTION 'the inside says so' USING ERRCODE = found;
      END $$;
    ${TABLES.map((table) => `CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON ${table} FOR EACH ROW EXECUTE FUNCTION refuse();`).join('\n')}`);
}, 60_000);
afterAll(() => app.close());

describe('a database that says', () => {
  it.each(Object.entries(NOT_NOW))('%s, %s: is away, in each dialect, and is logged once', async (code) => {
    const registration = await client.register();
    const { refresh_token } = await client.tokens(registration);
    const request = await client.startConsent(registration);
    const logged = app.logs.length;
    await app.database.query('INSERT INTO refusal VALUES ($1)', [code]);
    const answers = [
      await client.sendRegistration({ client_name: code, redirect_uris: ['http://127.0.0.1/a'] }),
      await client.refresh(registration, refresh_token),
      await client.show(request),
    ];
    // RFC 6749 §4.1.2.1: once the redirect can be trusted the app is told, which no 503 would reach.
    const { status, headers } = await client.authorize(registration);
    await app.database.query('DELETE FROM refusal');
    const { searchParams } = new URL(headers.get('location')!);
    expect([status, searchParams.get('error')]).toEqual([302, 'temporarily_unavailable']);
    expect(answers.map(({ status, headers }) => [status, headers.get('retry-after')])).toEqual(
      answers.map(() => [503, '2']),
    );
    expect(answers.map(({ headers }) => headers.get('content-type')!.split(';')[0])).toEqual([
      'application/json',
      'application/json',
      'application/problem+json',
    ]);
    for (const { text } of answers) expect(text).not.toContain('inside');
    const told = () => app.logs.slice(logged).filter((line) => line.includes('the inside says so'));
    while (told().length <= answers.length) await once(app.process.stdout!, 'data');
    // What comes last in the log is there when what came before is.
    const { body } = await client.sendRegistration({ redirect_uris: ['http://127.0.0.1/last'] });
    while (!app.logs.some((line) => line.includes(body.client_id))) await once(app.process.stdout!, 'data');
    const lines = told();
    expect(lines).toHaveLength(answers.length + 1);
    for (const line of lines) expect(line).toMatch(new RegExp(`"level":40.*"reason":"${code}"`));
    expect((await client.refresh(registration, refresh_token)).status).toBe(200);
  });
});

describe('a database that does not let the server in any more', () => {
  it.each([
    ['has no connection left', 'CONNECTION LIMIT 0', 'CONNECTION LIMIT -1'],
    ['has another password', "PASSWORD 'changed'", "PASSWORD 'first'"],
    ['bars the account', 'NOLOGIN', 'LOGIN'],
  ])(
    '%s: the server lives, and recovers once that is mended',
    async (_, worse, better) => {
      const role = `refused_${Math.random().toString(36).slice(2)}`;
      await app.database.query(`CREATE ROLE ${role} LOGIN PASSWORD 'first'; GRANT swingdoor TO ${role}`);
      const url = new URL(app.databaseUrl);
      Object.assign(url, { username: role, password: 'first' });
      const server = await startServer({ ENCRYPTION_KEYS, DATABASE_URL: url.href, RATE_LIMITS: 'off' });
      const refused = new TestClient(server);
      try {
        await refused.register();
        await app.database.query(`ALTER ROLE ${role} ${worse}`);
        await app.database.query(
          'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1',
          [role],
        );
        await expectAway(refused);
        await app.database.query(`ALTER ROLE ${role} ${better}`);
        await recovered(refused);
        await refused.register();
        expect(server.process.exitCode).toBeNull();
      } finally {
        await server.stop();
        await app.database.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
      }
    },
    60_000,
  );
});
