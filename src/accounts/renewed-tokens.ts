import type { EntityManager } from 'typeorm';
import type { SecretBox } from '../common/crypto/secret-box.js';
import type { StoredTokens } from '../providers/refresh-tokens.js';
import type { TokenSet } from '../providers/token-reply.js';
import { planRevocation } from './plan-revocation.js';
import type { LockedConsent } from './renew-statements.js';
import { consentPlace } from './token-places.js';

/**
 * The tokens of a consent, in clear.
 *
 * @throws CannotOpenError where their key is not in the ring, or the row was tampered with
 */
export function openTokens(box: SecretBox, row: LockedConsent): StoredTokens {
  const owner = { id: row.id, workspaceId: row.workspace_id };
  const { access_token_sealed: access, refresh_token_sealed: refresh } = row;
  return {
    accessToken: box.open(access, consentPlace(owner, 'access_token_sealed')),
    ...(refresh !== null && { refreshToken: box.open(refresh, consentPlace(owner, 'refresh_token_sealed')) }),
  };
}

/**
 * Has tokens revoked that a provider gave for a consent which ended before they could be stored.
 *
 * @param row the consent as it was
 * @returns false where the consent is still there: somebody kept newer tokens
 */
export async function giveBackIfGone(
  manager: EntityManager,
  box: SecretBox,
  row: LockedConsent,
  { accessToken, refreshToken }: TokenSet,
): Promise<boolean> {
  const there = await manager.query<unknown[]>('SELECT FROM provider_consents WHERE id = $1', [row.id]);
  if (there.length > 0) return false;
  const owner = { id: row.id, workspaceId: row.workspace_id };
  await planRevocation(
    manager,
    {
      ...owner,
      provider: row.provider,
      oauthAppId: row.oauth_app_id,
      clientId: row.client_id,
      personId: row.person_id,
      accessTokenSealed: box.seal(accessToken, consentPlace(owner, 'access_token_sealed')),
      refreshTokenSealed:
        refreshToken === undefined
          ? row.refresh_token_sealed
          : box.seal(refreshToken, consentPlace(owner, 'refresh_token_sealed')),
    },
    0,
  );
  return true;
}
