import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { forgetAccounts, letPass, Owner } from '../out/account-calls.js';
import { openOutStage, type OutStage } from '../out/traveller.js';
import { freePort, startTestApp } from '../support/test-app.js';
import { TestClient, type TestRegistration } from '../support/test-client.js';
import { age } from '../support/age.js';

let stage: OutStage;
let client: TestClient;
let registration: TestRegistration;
let metricsUrl: string;
beforeAll(async () => {
  const METRICS_PORT = String(await freePort());
  metricsUrl = `http://127.0.0.1:${METRICS_PORT}/metrics`;
  stage = await openOutStage({ METRICS_PORT });
  client = new TestClient(stage.app);
  registration = await client.register();
});
afterAll(() => stage.close());
beforeEach(() => forgetAccounts(stage));

const scrape = async () => (await client.request(metricsUrl)).text;

/** The value of a sample; undefined where there is none. */
function sample(text: string, name: string): number | undefined {
  const line = text.split('\n').find((entry) => entry.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(name.length + 1));
}

/** How much samples rose while something was done. */
async function rise(names: readonly string[], work: () => Promise<unknown>): Promise<number[]> {
  const before = await scrape();
  await work();
  const after = await scrape();
  return names.map((name) => (sample(after, name) ?? 0) - (sample(before, name) ?? 0));
}

describe('who can read them', () => {
  it('nobody at the public origin', async () => {
    for (const path of ['/metrics', '/health/metrics']) expect((await client.request(path)).status).toBe(404);
  });

  it('whoever reaches the port, in the text format, and nothing else is there', async () => {
    const { status, headers, text } = await client.request(metricsUrl);
    expect([status, headers.get('content-type')]).toEqual([200, expect.stringContaining('text/plain')]);
    expect(text).toContain('process_cpu_seconds_total');
    expect((await client.request(metricsUrl, { method: 'POST' })).status).toBe(405);
    expect((await client.request(new URL('/', metricsUrl).href)).status).toBe(404);
  });

  it('nobody unless METRICS_PORT is set, and not on PORT', async () => {
    const app = await startTestApp();
    expect(app.logs.join('\n')).not.toContain('Metrics at');
    await app.close();
    const PORT = String(await freePort());
    await expect(startTestApp({ PORT, METRICS_PORT: PORT })).rejects.toThrow(/ended with 1[^]*METRICS_PORT/);
  });
});

describe('requests', () => {
  it('are counted by pattern, method and class of status', async () => {
    const count = (labels: string) => `swingdoor_http_request_duration_seconds_count{${labels}}`;
    const names = [
      count('method="GET",route="/public/v1/me",status="4xx"'),
      count('method="DELETE",route="/v1/accounts/:id",status="4xx"'),
      count('method="GET",route="none",status="4xx"'),
    ];
    const rises = await rise(names, async () => {
      await client.me('sd_at_unknown');
      await client.request('/v1/accounts/acc_somebody', { method: 'DELETE' });
      await client.request('/wp-login.php?x=1');
    });
    expect(rises).toEqual([1, 1, 1]);
  });

  it('have no label that a stranger chooses', async () => {
    for (let n = 0; n < 20; n += 1) {
      await client.request(`/nowhere/${n}`);
      await client.request(`/v1/accounts/acc_${n}`);
      await client.request('/nowhere', { method: n % 2 ? 'PROPFIND' : 'SUBSCRIBE' });
    }
    const routes = new Set([...(await scrape()).matchAll(/route="([^"]*)"/g)].map(([, route]) => route));
    expect([...routes].filter((route) => /nowhere|acc_/.test(route!))).toEqual([]);
  });
});

it('tokens are counted from their issue to their end', async () => {
  const event = (name: string) => `swingdoor_tokens_total{event="${name}"}`;
  const names = ['issued', 'rotated', 'repeated', 'reused', 'replayed', 'revoked'].map(event);
  const rises = await rise(names, async () => {
    const first = await client.tokens(registration);
    await client.refresh(registration, first.refresh_token);
    await client.refresh(registration, first.refresh_token);
    await age(stage.app.database, registration.client_id, 61);
    await client.refresh(registration, first.refresh_token);
    const code = await client.code(registration);
    await client.exchange(registration, code);
    await client.exchange(registration, code);
    const { access_token, refresh_token } = await client.tokens(registration);
    await client.revoke(registration, access_token);
    await client.revoke(registration, 'sd_rt_unknown');
    await client.revoke(registration, refresh_token);
    await client.tokens(registration);
    await client.disconnect(registration.client_id);
  });
  expect(rises).toEqual([4, 1, 1, 1, 1, 3]);
});

it('checks of access tokens are counted', async () => {
  const { access_token } = await client.tokens(registration);
  const result = (name: string) => `swingdoor_bearer_checks_total{result="${name}"}`;
  const rises = await rise([result('refused')], async () => {
    await client.me(access_token);
    await client.me('sd_at_unknown');
    await client.me('sd_at_unknown');
  });
  expect(rises).toEqual([2]);
  expect(sample(await scrape(), result('miss'))).toBeGreaterThan(0);
});

describe('connected accounts', () => {
  const outcomes = ['refreshed', 'dead', 'failed'].map(
    (name) => `swingdoor_provider_refresh_total{provider="x",outcome="${name}"}`,
  );
  const overdue = ['swingdoor_accounts_overdue', 'swingdoor_accounts_oldest_overdue_seconds'];

  /** Figures are as old as 5 s. */
  async function scrapeUntil(good: (text: string) => boolean): Promise<string> {
    for (let tries = 0; tries < 200; tries += 1) {
      const text = await scrape();
      if (good(text)) return text;
      await wait(50);
    }
    throw new Error('It never became so.');
  }

  it('refreshes are counted by provider and outcome, though another process makes them', async () => {
    const owner = new Owner(stage);
    const id = await owner.connect('x');
    expect(await rise(outcomes, () => owner.refresh(id))).toEqual([1, 0, 0]);
    stage.sandbox.world.fail({ provider: 'x', on: 'refresh', kind: 'status', status: 502, times: 1 });
    expect(await rise(outcomes, () => owner.refresh(id))).toEqual([0, 0, 1]);
    // So soon after a failure nobody is asked.
    expect(await rise(outcomes, () => owner.refresh(id))).toEqual([0, 0, 0]);
    await letPass(stage, 10);
    stage.sandbox.world.fail({ provider: 'x', on: 'refresh', kind: 'revoked', times: 1 });
    expect(await rise(outcomes, () => owner.refresh(id))).toEqual([0, 1, 0]);
  });

  it('what is overdue is told, and how long the oldest waits', async () => {
    const owner = new Owner(stage);
    await owner.connect('x');
    const holder = await stage.app.database.connect();
    try {
      await holder.query('BEGIN');
      await holder.query(`UPDATE provider_consents SET next_check_at = now() - interval '10 minutes'`);
      await holder.query('COMMIT');
      // Held, so that no job takes it in the meantime.
      await holder.query('BEGIN');
      await holder.query('SELECT FROM provider_consents FOR UPDATE');
      const text = await scrapeUntil((seen) => sample(seen, overdue[0]!) === 1);
      expect(sample(text, overdue[1]!)).toBeGreaterThanOrEqual(600);
      expect(sample(text, 'swingdoor_jobs_failed')).toBe(0);
    } finally {
      await holder.query('ROLLBACK');
      holder.release();
    }
  });

  it('is missing, not zero, while the database does not answer; the rest is told', async () => {
    const holder = await stage.app.database.connect();
    try {
      await holder.query('BEGIN');
      await holder.query('LOCK TABLE provider_consents IN ACCESS EXCLUSIVE MODE');
      const text = await scrapeUntil((seen) => sample(seen, 'swingdoor_database_up') === 0);
      for (const name of [...overdue, 'swingdoor_jobs_ready']) expect(sample(text, name)).toBeUndefined();
      expect(sample(text, 'swingdoor_database_waiting')).toBe(0);
      expect(text).toContain('swingdoor_tokens_total{');
    } finally {
      await holder.query('ROLLBACK');
      holder.release();
    }
    const text = await scrapeUntil((seen) => sample(seen, 'swingdoor_database_up') === 1);
    for (const name of overdue) expect(sample(text, name)).toBe(0);
  });
});

it('docs/observability.md names every metric of ours, and no other', async () => {
  const shown = new Set([...(await scrape()).matchAll(/^# TYPE (swingdoor_\w+)/gm)].map(([, name]) => name!));
  const text = readFileSync('docs/observability.md', 'utf8');
  const told = new Set([...text.matchAll(/`(swingdoor_[a-z_]+)/g)].map(([, name]) => name!));
  expect([...told].sort()).toEqual([...shown].sort());
});
