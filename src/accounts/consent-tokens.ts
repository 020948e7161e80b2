import type { SecretBox } from '../common/crypto/secret-box.js';
import type { StoredTokens } from '../providers/refresh-tokens.js';
import type { ProviderConsent } from './provider-consent.entity.js';
import { consentPlace } from './token-places.js';

/** A consent's tokens as its row has them. */
export type SealedTokens = Pick<ProviderConsent, 'accessTokenSealed' | 'refreshTokenSealed'>;

/** The row that they are bound to. */
type Owner = Pick<ProviderConsent, 'id' | 'workspaceId'>;

/** Seals what a provider gave for the row of a consent; without a refresh token that one is null. */
export function sealTokens(
  box: SecretBox,
  owner: Owner,
  { accessToken, refreshToken }: StoredTokens,
): SealedTokens {
  return {
    accessTokenSealed: box.seal(accessToken, consentPlace(owner, 'access_token_sealed')),
    refreshTokenSealed:
      refreshToken === undefined ? null : box.seal(refreshToken, consentPlace(owner, 'refresh_token_sealed')),
  };
}

/**
 * The tokens of a consent, in clear.
 *
 * @throws CannotOpenError where their key is not in the ring, or the row was tampered with
 */
export function openTokens(box: SecretBox, consent: Owner & SealedTokens): StoredTokens {
  const { accessTokenSealed: access, refreshTokenSealed: refresh } = consent;
  return {
    accessToken: box.open(access, consentPlace(consent, 'access_token_sealed')),
    ...(refresh !== null && {
      refreshToken: box.open(refresh, consentPlace(consent, 'refresh_token_sealed')),
    }),
  };
}
