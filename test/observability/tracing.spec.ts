import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Owner } from '../out/account-calls.js';
import { openOutStage, type OutStage } from '../out/traveller.js';
import { freePort, startTestApp } from '../support/test-app.js';
import { bearer, TestClient } from '../support/test-client.js';
import { type Collector, startCollector } from './collector.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';
const [SERVER, CLIENT] = [2, 3];

let collector: Collector;
let stage: OutStage;
let client: TestClient;
beforeAll(async () => {
  collector = await startCollector();
  stage = await openOutStage({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_BSP_SCHEDULE_DELAY: '100',
  });
  client = new TestClient(stage.app);
});
afterAll(async () => {
  await stage.close();
  collector.close();
});

/** The span of the request that an answer's log line or test names. */
const spanOf = (route: string, status: number) =>
  collector.find(
    ({ kind, attributes }) =>
      kind === SERVER &&
      attributes['http.route'] === route &&
      attributes['http.response.status_code'] === status,
  );

describe('a request', () => {
  it('W3C Trace Context §3.2: goes on with the trace of its caller, and its statements with it', async () => {
    const { access_token } = await client.tokens(await client.register());
    await client.request('/public/v1/me/', {
      headers: { ...bearer(access_token), traceparent: `00-${TRACE}-${PARENT}-01` },
    });
    const span = await collector.find(({ traceId, kind }) => traceId === TRACE && kind === SERVER);
    expect(span).toMatchObject({
      name: 'GET /public/v1/me',
      parentSpanId: PARENT,
      attributes: {
        'http.request.method': 'GET',
        'http.route': '/public/v1/me',
        'http.response.status_code': 200,
      },
    });
    const statement = await collector.find(({ parentSpanId }) => parentSpanId === span.spanId);
    expect(statement).toMatchObject({
      name: 'find_access_token',
      kind: CLIENT,
      traceId: TRACE,
      attributes: { 'db.system.name': 'postgresql', 'db.query.summary': 'find_access_token' },
    });
  });

  it('with a body keeps its statements', async () => {
    const span = await spanOf('/public/v1/oauth/register', 201);
    const statement = await collector.find(({ name }) => name === 'register_client');
    expect([statement.traceId, statement.parentSpanId]).toEqual([span.traceId, span.spanId]);
  });

  it.each([['nonsense'], [`00-${'0'.repeat(32)}-${PARENT}-01`], ['00-x-y-zz']])(
    'with the traceparent %s has a trace of its own',
    async (traceparent) => {
      const path = `/v1/providers`;
      const before = collector.spans.length;
      expect((await client.request(path, { headers: { traceparent } })).status).toBe(401);
      const span = await collector.find(
        (seen) => collector.spans.indexOf(seen) >= before && seen.attributes['http.route'] === path,
      );
      expect(span.parentSpanId ?? '').toBe('');
    },
  );

  it('says of itself nothing but method, route, status and request id', async () => {
    const secret = 'the-query-is-nobodys-business';
    await client.request(`/v1/accounts/acc_${secret}?token=${secret}`, {
      headers: bearer(await client.jwt('user-of-a-trace')),
    });
    const { attributes } = await spanOf('/v1/accounts/:id', 404);
    expect(Object.keys(attributes).sort()).toEqual([
      'http.request.method',
      'http.response.status_code',
      'http.route',
      'swingdoor.request_id',
    ]);
    const sent = collector.bodies.join('\n');
    for (const word of [secret, 'user-of-a-trace', 'acc_']) expect(sent).not.toContain(word);
  });

  it('of a probe is not traced', async () => {
    await client.request('/health/live');
    await client.request('/v1/providers');
    await spanOf('/v1/providers', 401);
    expect(collector.spans.filter(({ name }) => name.includes('/health'))).toEqual([]);
  });
});

it('a call to a provider has a span of its host and purpose, within the request, whichever process makes it', async () => {
  const owner = new Owner(stage);
  const id = await owner.connect('x');
  expect((await owner.refresh(id)).status).toBe(200);
  const host = new URL(stage.sandbox.origins['https://api.x.com']!).host;
  const request = await spanOf('/v1/accounts/:id/refresh', 200);
  const call = await collector.find(
    ({ name, traceId }) => traceId === request.traceId && name === `refresh ${host}`,
  );
  expect(call).toMatchObject({
    kind: CLIENT,
    attributes: { 'http.request.method': 'POST', 'server.address': host, 'http.response.status_code': 200 },
  });
  expect(Object.keys(call.attributes)).toHaveLength(3);
});

describe('a collector', () => {
  it('gets the last spans of a server that stops', async () => {
    const own = await startCollector();
    const app = await startTestApp({
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${own.url}/v1/traces`,
      OTEL_BSP_SCHEDULE_DELAY: '600000',
    });
    await new TestClient(app).request('/v1/providers');
    expect(own.spans).toEqual([]);
    expect(await app.stop()).toBe(0);
    expect(own.spans.map(({ name }) => name)).toContain('GET /v1/providers');
    own.close();
    await app.close();
  });

  it('that is dead hurts nobody: requests are answered, and the server stops', async () => {
    const app = await startTestApp({
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await freePort()}`,
      OTEL_BSP_SCHEDULE_DELAY: '50',
    });
    const own = new TestClient(app);
    const { access_token } = await own.tokens(await own.register());
    for (let n = 0; n < 50; n += 1) expect((await own.me(access_token)).status).toBe(200);
    expect(await app.stop()).toBe(0);
    await app.close();
  });

  it('that is no address stops the start', async () => {
    await expect(startTestApp({ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' })).rejects.toThrow(
      /ended with 1[^]*OTEL_EXPORTER_OTLP_ENDPOINT/,
    );
  });
});
