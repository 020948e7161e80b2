import type pg from 'pg';
import { type Answer, basic } from '../support/test-client.js';
import { type OutStage, Traveller } from './traveller.js';

/** The resource server that may ask for provider tokens. */
export const SERVICE = basic('all-seeing', 'all-seeing-secret');

/** A dashboard user with connected accounts, and the operator's service beside. */
export class Owner extends Traveller {
  /** Connects with an app that is made for it; the first time, unless told. @returns the account's id */
  async connect(
    provider: string,
    settings: Parameters<Traveller['travel']>[1] & { n?: number; options?: Record<string, unknown> } = {},
  ): Promise<string> {
    const { n, options, ...journey } = settings;
    if ((await this.apps.list(`?provider=${provider}`)).body.length === 0)
      await this.addApp(provider, n, options);
    const { result } = await this.travel(provider, journey);
    if (!result.connected) throw new Error(`connect: ${JSON.stringify(result)}`);
    return result.connected;
  }

  list(query = ''): Promise<Answer> {
    return this.get(`/v1/accounts${query}`);
  }

  show(id: string): Promise<Answer> {
    return this.get(`/v1/accounts/${id}`);
  }

  refresh(id: string): Promise<Answer> {
    return this.post(`/v1/accounts/${id}/refresh`, {});
  }

  select(id: string, externalId: unknown): Promise<Answer> {
    return this.post(`/v1/accounts/${id}/select`, { external_id: externalId });
  }

  async disconnect(id: string): Promise<Answer> {
    return this.client.request(`/v1/accounts/${id}`, { method: 'DELETE', headers: await this.credentials() });
  }

  /** The token as a service of the operator gets it. */
  token(id: string, body: unknown = {}): Promise<Answer> {
    return this.client.postJson(`/v1/accounts/${id}/token`, body, SERVICE);
  }
}

/**
 * Lets time go by for every consent of a server, and for the providers as well.
 *
 * @param seconds how much
 */
export async function letPass({ app, sandbox }: OutStage, seconds: number): Promise<void> {
  await agingOf(app.database, seconds);
  sandbox.world.advance(seconds);
}

async function agingOf(database: pg.Pool, seconds: number): Promise<void> {
  await database.query(
    `UPDATE provider_consents SET token_issued_at = token_issued_at - by, expires_at = expires_at - by,
       next_check_at = next_check_at - by, failed_at = failed_at - by, retry_at = retry_at - by
     FROM make_interval(secs => $1) AS by`,
    [seconds],
  );
  await database.query(
    'UPDATE renewal_marks SET renewing_until = renewing_until - make_interval(secs => $1)',
    [seconds],
  );
}

const JOBS = `SELECT FROM graphile_worker.jobs WHERE run_at < now() + interval '5 s' LIMIT 1`;

/** Does what the clock does every minute, now; resolves once every job is done. */
export async function runDueJobs({ app }: OutStage): Promise<void> {
  await app.database.query(`SELECT graphile_worker.add_job('accounts.claim-due')`);
  for (let tries = 0; tries < 200; tries += 1) {
    const { rows } = await app.database.query(JOBS);
    if (rows.length === 0) return;
    await new Promise((resolve) => void setTimeout(resolve, 50));
  }
  throw new Error('The jobs do not end.');
}

/** Forgets every account, so that no job of one test does another's. */
export async function forgetAccounts({ app, sandbox }: OutStage): Promise<void> {
  sandbox.world.failures.clear();
  await app.database.query('DELETE FROM accounts');
  await app.database.query('DELETE FROM provider_consents');
}

/** A log line that holds all of these; the log comes a moment after the answer. */
export async function logLine({ app }: OutStage, ...parts: string[]): Promise<string> {
  for (let tries = 0; tries < 100; tries += 1) {
    const line = app.logs.find((entry) => parts.every((part) => entry.includes(part)));
    if (line) return line;
    await new Promise((resolve) => void setTimeout(resolve, 20));
  }
  throw new Error(`No log line has ${parts.join(' and ')}.`);
}
