import { expect } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { loadConfig } from '../../src/config/load-config.js';
import { ProviderClient } from '../../src/providers/provider-client.service.js';
import type { ProviderErrorCode } from '../../src/providers/provider-error-codes.js';
import { ProviderError } from '../../src/providers/provider-error.js';
import { ProviderRegistry } from '../../src/providers/provider-registry.service.js';
import type { ProviderApp } from '../../src/providers/provider.js';
import { type Sandbox, startSandbox } from '../../sandbox/start-sandbox.js';
import type { ConsentSettings } from '../../sandbox/world.js';

const CALLBACK_ORIGIN = 'https://connect.example.com';

/** A sandbox, and a client whose definitions point at it. */
export interface Stage {
  readonly sandbox: Sandbox;
  readonly registry: ProviderRegistry;
  readonly client: ProviderClient;
}

/** Starts a sandbox with consent given at once, and the client beside it. */
export async function openStage(
  sandboxOptions: Parameters<typeof startSandbox>[0] = {},
  environment: Record<string, string> = {},
): Promise<Stage> {
  const sandbox = await startSandbox({ callbackOrigins: [CALLBACK_ORIGIN], ...sandboxOptions });
  const registry = new ProviderRegistry(testConfig(environment, sandbox));
  return { sandbox, registry, client: new ProviderClient(registry) };
}

/** A configuration without files: nothing is written. */
export function testConfig(environment: Record<string, string> = {}, sandbox?: Sandbox) {
  return loadConfig({
    PUBLIC_URL: CALLBACK_ORIGIN,
    DASHBOARD_JWT_SECRET: 'a-secret-that-only-these-tests-ever-use',
    ENCRYPTION_KEYS: `test:${Buffer.alloc(32, 7).toString('base64')}`,
    ...(sandbox && { PROVIDER_ORIGINS: JSON.stringify(sandbox.origins) }),
    ...environment,
  });
}

/** The n-th sample app of a provider, with its settings. */
export function sampleApp(
  { sandbox }: Stage,
  provider: string,
  n = 0,
  options: ProviderApp['options'] = {},
): ProviderApp {
  const { clientId, clientSecret } = sandbox.world.apps.filter((app) => app.provider === provider)[n]!;
  return { clientId, clientSecret, options };
}

/** Goes to the provider as a browser does, and comes back with the callback's query. */
export async function consent(
  { sandbox, registry, client }: Stage,
  provider: string,
  app: ProviderApp,
  settings: Partial<ConsentSettings> = {},
) {
  sandbox.world.consent = { auto: true, person: 'ada', deny: false, untick: [], ...settings };
  const { redirectUri } = registry.get(provider);
  const codeVerifier = randomBytes(32).toString('base64url');
  const state = randomBytes(16).toString('base64url');
  const url = client.authorizeUrl(provider, app, { redirectUri, state, codeVerifier });
  const response = await fetch(url, { redirect: 'manual' });
  const location = new URL(
    response.headers.get('location') ?? `about:blank#${response.status} ${await response.text()}`,
  );
  expect(location.href).toContain(`${redirectUri}?`);
  const query = Object.fromEntries(location.searchParams);
  expect(query.state).toBe(state);
  return { query, exchange: { code: query.code ?? '', redirectUri, codeVerifier } };
}

/** Consent and exchange. */
export async function connect(
  stage: Stage,
  provider: string,
  app = sampleApp(stage, provider),
  settings: Partial<ConsentSettings> = {},
) {
  const { exchange } = await consent(stage, provider, app, settings);
  return stage.client.exchangeCode(provider, app, exchange);
}

/**
 * The provider error of a promise that must fail; checks on the way that it carries no secret of the sandbox.
 *
 * @param code what it must mean
 */
export async function failureOf(
  { sandbox }: Stage,
  promise: Promise<unknown>,
  code: ProviderErrorCode,
): Promise<ProviderError> {
  const error: unknown = await promise.then(
    (value) => new Error(`did not fail but gave ${inspect(value)}`),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ProviderError)) throw error;
  const shown = inspect(error, { depth: 10 }) + JSON.stringify(error);
  const { apps, tokens, codes } = sandbox.world;
  for (const secret of [...apps.map(({ clientSecret }) => clientSecret), ...tokens.keys(), ...codes.keys()]) {
    expect(shown).not.toContain(secret);
  }
  expect(error.message).toMatch(/^[^{}<>]+$/);
  expect({ code: error.code, detail: error.detail }).toMatchObject({ code });
  return error;
}
