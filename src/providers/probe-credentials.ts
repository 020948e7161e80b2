import { credentialHints } from './credential-hints.js';
import { ProviderError } from './provider-error.js';
import type { Provider, ProviderApp } from './provider.js';
import { requestToken } from './request-token.js';

/** What is known about an OAuth app's credentials without any user. */
export interface CredentialCheck {
  /** `unknown`: the provider did not say, and the app may well work. */
  readonly verification: 'ok' | 'failed' | 'unknown';
  /** Why not ok, for people. */
  readonly message?: string;
  /** Usual mix-ups that the credentials look like; also where they are ok. */
  readonly hints: readonly string[];
}

const BUDGET_MS = 5_000;
/** Long enough to be well-formed, and nobody's. */
const MADE_UP = 'swingdoor-checks-these-credentials-with-a-value-nobody-issued';

/**
 * Tries an app's credentials with a grant that cannot succeed: a provider that complains about the made-up value
 * has accepted the credentials. Takes 5 s at most and never throws for what the provider does.
 *
 * @returns what could be learnt
 */
export async function probeCredentials(provider: Provider, app: ProviderApp): Promise<CredentialCheck> {
  const hints = credentialHints(provider.definition, app);
  const { probe } = provider.definition;
  if (!probe) return { verification: 'unknown', hints };
  try {
    await requestToken(
      probe,
      { code: MADE_UP, code_verifier: MADE_UP, refresh_token: MADE_UP, redirect_uri: provider.redirectUri },
      { provider, app, stage: probe === 'authorization_code' ? 'exchange' : 'refresh', timeoutMs: BUDGET_MS },
    );
    return { verification: 'ok', hints };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    if (error.code === 'bad_client_credentials')
      return { verification: 'failed', message: error.message, hints };
    // The value was looked at, so the credentials had passed.
    if (error.code === 'token_dead' || error.code === 'code_expired_or_used')
      return { verification: 'ok', hints };
    return { verification: 'unknown', message: error.message, hints };
  }
}
