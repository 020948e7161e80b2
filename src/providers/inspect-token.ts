import { ProviderError } from './provider-error.js';
import type { Provider, ProviderApp } from './provider.js';
import { at, secondsAt, textAt } from './reply-json.js';
import { sendRequest } from './send-request.js';

/** What a provider says about a living token. */
export interface Inspection {
  /** Undefined means that it does not end by itself. */
  readonly expiresAt?: Date;
  /** When Meta stops showing data unless the person comes back. */
  readonly dataAccessExpiresAt?: Date;
}

/**
 * Asks the provider whether an access token still lives; free of charge where it exists.
 *
 * @returns undefined where the provider has no such endpoint
 * @throws ProviderError; `token_dead` where the token is not alive, or is another app's
 */
export async function inspectToken(
  provider: Provider,
  app: ProviderApp,
  accessToken: string,
): Promise<Inspection | undefined> {
  const { definition } = provider;
  const { inspect } = definition;
  if (!inspect) return undefined;
  const reply = await sendRequest(
    inspect.request,
    { access_token: accessToken },
    { provider, app, stage: 'api' },
  );
  const alive = at(reply, inspect.alive);
  if (typeof alive !== 'boolean') {
    throw new ProviderError('provider_unavailable', {
      provider: definition,
      detail: 'The reply does not say.',
    });
  }
  const owner = textAt(reply, inspect.clientId);
  if (!alive || (owner !== undefined && owner !== app.clientId)) {
    throw new ProviderError('token_dead', { provider: definition });
  }
  return {
    expiresAt: dateAt(reply, inspect.expiresAt),
    dataAccessExpiresAt: dateAt(reply, inspect.dataAccessExpiresAt),
  };
}

/** Seconds since 1970; 0 means never. */
function dateAt(reply: unknown, path: string | undefined): Date | undefined {
  const seconds = secondsAt(reply, path);
  return seconds === undefined ? undefined : new Date(seconds * 1000);
}
