import { requestedScopes } from '../providers/app-options.js';
import type { Provider } from '../providers/provider.js';
import type { OAuthAppView } from './oauth-app.dto.js';
import type { OAuthApp } from './oauth-app.entity.js';

/**
 * What a workspace sees of its app.
 *
 * @param app the row
 * @param provider its provider; undefined where the operator took it out of the configuration, and then the app
 *   can still be seen and deleted
 */
export function viewOf(app: OAuthApp, provider: Provider | undefined): OAuthAppView {
  const options = app.options ?? {};
  return {
    id: app.id,
    provider: app.provider,
    name: app.name,
    client_id: app.clientId,
    client_secret_last4: app.clientSecretLast4,
    redirect_uri: provider?.redirectUri ?? null,
    scopes: provider ? requestedScopes(provider.definition, options) : [],
    options,
    is_default: app.isDefault,
    verification: app.verification,
    verification_hint: app.verificationHint,
    verified_at: app.verifiedAt?.toISOString() ?? null,
    created_at: app.createdAt.toISOString(),
  };
}
