import { randomBytes } from 'node:crypto';
import { type EntityManager, QueryFailedError } from 'typeorm';
import type { SecretBox } from '../common/crypto/secret-box.js';
import { AppError } from '../common/errors/app-error.js';
import { operatorAppId } from '../oauth-apps/operator-app.js';
import type { ProviderDefinition } from '../providers/provider-definition.js';
import { ProviderConsent } from './provider-consent.entity.js';
import { nextCheckIn } from './refresh-schedule.js';
import { sealTokens } from './consent-tokens.js';
import type { NewConnection } from './new-connection.js';

/** SQLSTATE of a foreign key to nothing. */
const FOREIGN_KEY_VIOLATION = '23503';

const STORE = `
INSERT INTO provider_consents AS c (id, workspace_id, provider, oauth_app_id, own_oauth_app_id, client_id, person_id,
  other_ids, access_token_sealed, refresh_token_sealed, scopes, missing_scopes, token_issued_at, expires_at, next_check_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, clock_timestamp(),
  clock_timestamp() + make_interval(secs => $13), clock_timestamp() + make_interval(secs => $14))
ON CONFLICT (provider, person_id, oauth_app_id, workspace_id) DO UPDATE SET
  client_id = excluded.client_id, other_ids = excluded.other_ids,
  access_token_sealed = excluded.access_token_sealed,
  refresh_token_sealed = coalesce(excluded.refresh_token_sealed, c.refresh_token_sealed),
  scopes = excluded.scopes, missing_scopes = excluded.missing_scopes,
  token_issued_at = excluded.token_issued_at, expires_at = excluded.expires_at,
  next_check_at = excluded.next_check_at,
  refresh_failures = 0, failed_at = NULL, retry_at = NULL, last_error = NULL, reason = NULL, version = c.version + 1`;

/** `pc_` and 128 random bits. */
export function newConsentId(): string {
  return `pc_${randomBytes(16).toString('base64url')}`;
}

/**
 * Keeps what a person consented to, in place of what the same person consented to before with the same app. A consent
 * without a refresh token does not take away the one that is there.
 *
 * @param known the row that is there, locked; undefined where there is none
 * @returns the id of the row
 * @throws AppError no_oauth_app where the app was deleted during the sign-in
 */
export async function storeConsent(
  manager: EntityManager,
  box: SecretBox,
  definition: ProviderDefinition,
  { workspaceId, provider, oauthAppId, clientId, connection, identity }: NewConnection,
  known: Pick<ProviderConsent, 'id' | 'refreshTokenSealed'> | null,
): Promise<string> {
  const id = known?.id ?? newConsentId();
  const { refreshToken, expiresIn } = connection;
  const sealed = sealTokens(box, { id, workspaceId }, connection);
  const hasRefreshToken = refreshToken !== undefined || !!known?.refreshTokenSealed;
  try {
    await manager.query(STORE, [
      id,
      workspaceId,
      provider,
      oauthAppId,
      oauthAppId === operatorAppId(provider) ? null : oauthAppId,
      clientId,
      identity.externalId,
      identity.otherIds,
      sealed.accessTokenSealed,
      sealed.refreshTokenSealed,
      connection.grantedScopes,
      connection.missingScopes,
      expiresIn,
      nextCheckIn(definition, { expiresIn, hasRefreshToken }),
    ]);
  } catch (error) {
    if (!(error instanceof QueryFailedError)) throw error;
    if ((error.driverError as { code?: unknown }).code !== FOREIGN_KEY_VIOLATION) throw error;
    throw new AppError(
      'no_oauth_app',
      'The OAuth app was deleted during the sign-in. Connect with another one.',
      {
        cause: error,
      },
    );
  }
  return id;
}
