import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Owner, SERVICE } from '../out/account-calls.js';
import { openOutStage, type OutStage } from '../out/traveller.js';
import { age } from '../support/age.js';
import { freePort, RESOURCE_SERVERS } from '../support/test-app.js';
import { TestClient } from '../support/test-client.js';
import { allEvents, type SeenEvent } from './audit-calls.js';
import { type Collector, startCollector } from './collector.js';

let stage: OutStage;
let collector: Collector;
let client: TestClient;
let metricsUrl: string;
/** Every credential that the server or the sandbox gave to anybody. */
const secrets = new Set<string>();
const keep = (...values: (string | undefined | null)[]) => {
  for (const value of values) if (value) secrets.add(value);
};

beforeAll(async () => {
  collector = await startCollector();
  const METRICS_PORT = String(await freePort());
  metricsUrl = `http://127.0.0.1:${METRICS_PORT}/metrics`;
  stage = await openOutStage({
    METRICS_PORT,
    LOG_LEVEL: 'trace',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_BSP_SCHEDULE_DELAY: '100',
  });
  client = new TestClient(stage.app);
  await walkIn();
  await walkOut();
});
afterAll(async () => {
  await stage.close();
  collector.close();
});

/** Every step, with what is stolen, repeated and misplaced besides. */
async function walkIn(): Promise<void> {
  const registration = await client.register({ token_endpoint_auth_method: 'client_secret_post' });
  keep(registration.client_secret, ...RESOURCE_SERVERS.map(({ secret }) => secret));
  const request = await client.startConsent(registration);
  const { body } = await client.decide('approve', request);
  const code = new URL(body.redirect_to).searchParams.get('code')!;
  const { body: first } = await client.exchange(registration, code);
  const { body: second } = await client.refresh(registration, first.refresh_token);
  keep(request, code, first.access_token, first.refresh_token, second.access_token, second.refresh_token);
  await client.me(second.access_token);
  await client.introspect(second.access_token);
  await client.exchange(registration, code);
  const third = await client.tokens(registration);
  const { body: fourth } = await client.refresh(registration, third.refresh_token);
  keep(third.access_token, third.refresh_token, fourth.access_token, fourth.refresh_token);
  await age(stage.app.database, registration.client_id, 61);
  await client.refresh(registration, third.refresh_token);
  await client.revoke(registration, fourth.access_token);
  // What has our shape is known wherever it stands.
  for (const secret of [...secrets].filter((known) => known.startsWith('sd_'))) {
    const hostile = {
      'user-agent': secret,
      'x-request-id': secret,
      traceparent: secret,
      tracestate: `a=${secret}`,
    };
    await client.request(`/public/v1/me/?access_token=${secret}`, { headers: hostile });
    await client.request(`/${secret}`, { headers: { ...hostile, referer: secret, baggage: `a=${secret}` } });
    await client.postJson('/public/v1/oauth/register/', { redirect_uris: ['http://127.0.0.1/cb'] }, hostile);
  }
}

async function walkOut(): Promise<void> {
  const owner = new Owner(stage);
  for (const provider of ['x', 'tiktok', 'facebook']) {
    const id = await owner.connect(provider);
    const { choices } = (await owner.show(id)).body;
    if (choices) await owner.select(id, choices.find((choice: any) => choice.selectable).external_id);
    keep((await owner.token(id)).body.access_token);
    await owner.refresh(id);
    keep((await owner.token(id)).body.access_token);
    await owner.disconnect(id);
  }
  const journey = await owner.depart('x');
  keep(journey.state, journey.cookie.split('=')[1], journey.cookie);
  await owner.arrive(await owner.consent(journey, { deny: true }), journey.cookie);
  const { world } = stage.sandbox;
  keep(...world.tokens.keys(), ...world.codes.keys(), ...world.apps.map(({ clientSecret }) => clientSecret));
}

const found = (text: string) =>
  [...secrets].filter((secret) =>
    [secret, Buffer.from(secret).toString('base64').replace(/=+$/, ''), encodeURIComponent(secret)].some(
      (form) => text.includes(form),
    ),
  );

it('[contract] the audit log holds no secret, in the table, in its lines and in its export', async () => {
  expect(secrets.size).toBeGreaterThan(25);
  let events: SeenEvent[] = [];
  // The last that each provider's walk causes.
  const ended = () => events.filter(({ event }) => event === 'account.disconnected').length;
  for (let tries = 0; tries < 100 && ended() < 3; tries += 1) {
    events = await allEvents(client);
    await wait(50);
  }
  expect(ended()).toBe(3);
  const { rows } = await stage.app.database.query('SELECT e::text AS row FROM audit_events e');
  expect(rows.length).toBeGreaterThan(30);
  expect(found(rows.map(({ row }) => row).join('\n'))).toEqual([]);
  expect(found(JSON.stringify(events))).toEqual([]);
  const lines = stage.app.logs.filter((line) => line.includes('"context":"Audit"'));
  expect(lines.length).toBeGreaterThan(30);
  expect(found(lines.join('\n'))).toEqual([]);
  expect(JSON.stringify(events)).toContain('redacted');
});

it('no log line, metric or span does either', async () => {
  expect(found(stage.app.logs.join('\n'))).toEqual([]);
  const { text } = await client.request(metricsUrl);
  expect(text).toContain('swingdoor_provider_refresh_total{');
  expect(found(text)).toEqual([]);
  await client.request('/v1/audit-events?event=keys.rotated', { headers: SERVICE });
  await collector.find(({ attributes }) => attributes['http.route'] === '/v1/audit-events');
  expect(collector.spans.length).toBeGreaterThan(100);
  expect(found(collector.bodies.join('\n'))).toEqual([]);
});
