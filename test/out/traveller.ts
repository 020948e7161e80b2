import { setTimeout } from 'node:timers/promises';
import type { ConsentSettings } from '../../sandbox/world.js';
import { type Sandbox, startSandbox } from '../../sandbox/start-sandbox.js';
import { type Env, freePort, startTestApp, type TestApp } from '../support/test-app.js';
import { type Answer, bearer, encode, type Fields, TestClient } from '../support/test-client.js';
import { OAuthAppCalls } from './oauth-app-calls.js';

/** A server and the sandbox that plays its providers. */
export interface OutStage {
  readonly app: TestApp;
  readonly sandbox: Sandbox;
  close(): Promise<void>;
}

/**
 * Starts both, each knowing the other.
 *
 * @param env variables of the server
 */
export async function openOutStage(env: Env = {}): Promise<OutStage> {
  const PORT = String(await freePort());
  const callbackOrigins = [env.PUBLIC_URL ?? `http://127.0.0.1:${PORT}`];
  const sandbox = await startSandbox({ callbackOrigins });
  sandbox.world.consent = { auto: true, person: 'ada', deny: false, untick: [] };
  const PROVIDER_ORIGINS = JSON.stringify(sandbox.origins);
  const app = await startTestApp({ RATE_LIMITS: 'off', PORT, PROVIDER_ORIGINS, ...env });
  return {
    app,
    sandbox,
    async close() {
      await app.close();
      await sandbox.stop();
    },
  };
}

/** A sign-in under way. */
export interface Journey {
  readonly authorizeUrl: string;
  readonly state: string;
  /** `name=value`, as a browser sends it back. */
  readonly cookie: string;
}

/** Where a callback sent the browser. */
export interface Landing {
  /** Without the query. */
  readonly at: string;
  /** The query. */
  readonly result: Record<string, string>;
}

let workspaces = 0;

/** A dashboard user with a browser, on the way to a provider and back. */
export class Traveller {
  readonly client: TestClient;
  readonly apps: OAuthAppCalls;

  /**
   * @param stage where
   * @param org_id the workspace; one of its own unless told
   * @param sub the user
   */
  constructor(
    private readonly stage: Pick<OutStage, 'sandbox'> & { app: { url: string } },
    readonly org_id = `out-${(workspaces += 1)}`,
    readonly sub = 'user-1',
  ) {
    this.client = new TestClient(stage.app);
    this.apps = new OAuthAppCalls(stage.app, sub, { org_id });
  }

  /** Stores the sandbox's n-th app of a provider; returns the id. */
  async addApp(provider: string, n = 0, options?: Record<string, unknown>): Promise<string> {
    const sample = this.stage.sandbox.world.apps.filter((app) => app.provider === provider)[n]!;
    const { id } = await this.apps.created({
      provider,
      client_id: sample.clientId,
      client_secret: sample.clientSecret,
      ...(options && { options }),
    });
    return id;
  }

  /** The `Authorization` of the dashboard. */
  async credentials(): Promise<Record<string, string>> {
    return bearer(await this.client.jwt(this.sub, { org_id: this.org_id }));
  }

  async get(path: string): Promise<Answer> {
    return this.client.request(path, { headers: await this.credentials() });
  }

  async post(path: string, body: unknown): Promise<Answer> {
    return this.client.postJson(path, body, await this.credentials());
  }

  start(provider: string, query: Fields = {}): Promise<Answer> {
    return this.get(`/v1/oauth/${provider}/start?${encode(query)}`);
  }

  /** A start that must succeed. */
  async depart(provider: string, query: Fields = {}): Promise<Journey> {
    const { status, body, headers, text } = await this.start(provider, query);
    if (status !== 200) throw new Error(`start: ${status} ${text}`);
    return {
      authorizeUrl: body.authorize_url,
      state: new URL(body.authorize_url).searchParams.get('state')!,
      cookie: headers.get('set-cookie')!.split(';', 1)[0]!,
    };
  }

  /** Consents at the provider; returns the address to which it sends the browser. */
  async consent({ authorizeUrl }: Journey, settings: Partial<ConsentSettings> = {}): Promise<string> {
    const { world } = this.stage.sandbox;
    world.consent = { auto: true, person: 'ada', deny: false, untick: [], ...settings };
    const { status, headers, text } = await this.client.request(authorizeUrl);
    const location = headers.get('location');
    if (!location) throw new Error(`consent: ${status} ${text}`);
    return location;
  }

  /** The browser follows the provider's redirect. */
  arrive(callbackUrl: string, cookie?: string): Promise<Answer> {
    const { pathname, search } = new URL(callbackUrl);
    return this.client.request(pathname + search, { headers: cookie ? { cookie } : {} });
  }

  /** All of it, in one browser. */
  async travel(
    provider: string,
    { query, ...settings }: Partial<ConsentSettings> & { query?: Fields } = {},
  ): Promise<Landing> {
    const journey = await this.depart(provider, query);
    return landing(await this.arrive(await this.consent(journey, settings), journey.cookie));
  }
}

/** Reads an answer that must be a redirect which nobody keeps. */
export function landing({ status, headers, text }: Answer): Landing {
  const location = headers.get('location');
  const kept =
    headers.get('cache-control') !== 'no-store' || headers.get('referrer-policy') !== 'no-referrer';
  if (status !== 302 || !location || kept) {
    throw new Error(`callback: ${status} ${JSON.stringify([...headers])} ${text}`);
  }
  const { origin, pathname, searchParams } = new URL(location);
  return { at: origin + pathname, result: Object.fromEntries(searchParams) };
}

/** The first log line with a text; undefined where none came within 2 seconds: the log has a pipe to go through. */
export async function logLine({ logs }: Pick<TestApp, 'logs'>, text: string): Promise<string | undefined> {
  const find = () => logs.find((line) => line.includes(text));
  for (let tries = 0; tries < 100 && !find(); tries += 1) await setTimeout(20);
  return find();
}
