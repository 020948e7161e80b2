import type { EntityManager } from 'typeorm';
import type { SecretBox } from '../common/crypto/secret-box.js';
import type { TokenSet } from '../providers/token-reply.js';
import { sealTokens } from './consent-tokens.js';
import { planRevocation } from './plan-revocation.js';
import type { LockedConsent } from './renew-statements.js';

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
  tokens: TokenSet,
): Promise<boolean> {
  const there = await manager.query<unknown[]>('SELECT FROM provider_consents WHERE id = $1', [row.id]);
  if (there.length > 0) return false;
  const owner = { id: row.id, workspaceId: row.workspace_id };
  const sealed = sealTokens(box, owner, tokens);
  await planRevocation(
    manager,
    {
      ...owner,
      provider: row.provider,
      oauthAppId: row.oauth_app_id,
      clientId: row.client_id,
      personId: row.person_id,
      accessTokenSealed: sealed.accessTokenSealed,
      refreshTokenSealed: sealed.refreshTokenSealed ?? row.refresh_token_sealed,
    },
    0,
  );
  return true;
}
