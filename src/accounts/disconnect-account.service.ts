import { Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { SecretBox } from '../common/crypto/secret-box.js';
import { OpenOAuthApp } from '../oauth-apps/open-oauth-app.service.js';
import { ProviderClient } from '../providers/provider-client.service.js';
import type { StoredTokens } from '../providers/refresh-tokens.js';
import { Account } from './account.entity.js';
import { dropUnused } from './connect-account.js';
import { lockAuthorization, lockConsents } from './consent-lock.js';
import { LockConnections } from './lock-connections.js';
import { noSuchAccount } from './no-such-account.js';
import { ProviderConsent } from './provider-consent.entity.js';
import { describeFailure } from './provider-failure.js';
import { consentPlace } from './token-places.js';

/** At a provider an authorization is one, in however many workspaces it is used. */
const SHARED = `
SELECT FROM accounts a JOIN provider_consents c ON c.id = a.consent_id
WHERE c.provider = $1 AND c.person_id = $2 AND c.oauth_app_id = $3 LIMIT 1`;

/** Takes an account away from us, and us away from the account. */
@Injectable()
export class DisconnectAccount {
  private readonly logger = new Logger('Accounts');

  constructor(
    private readonly locks: LockConnections,
    private readonly box: SecretBox,
    private readonly client: ProviderClient,
    private readonly apps: OpenOAuthApp,
  ) {}

  /**
   * Erases the account's tokens, and ends the authorization at the provider with the last account that shares it. What
   * the provider answers to that changes nothing here. Who connects the same account meanwhile waits.
   *
   * @throws AppError not_found, also where it is disconnected already
   */
  async run(accountId: string, workspaceId: string): Promise<void> {
    await this.locks.transaction(async (manager) => {
      const seen = await manager.findOneBy(Account, { id: accountId, workspaceId });
      const found = seen?.consentId ? await manager.findOneBy(ProviderConsent, { id: seen.consentId }) : null;
      if (!found) throw noSuchAccount();
      await lockAuthorization(manager, found, workspaceId);
      await lockConsents(manager, [found.id]);
      const consent = await manager.findOneBy(ProviderConsent, { id: found.id });
      const { affected } = await manager.update(
        Account,
        { id: accountId, consentId: found.id },
        {
          status: 'disconnected',
          reason: null,
          consentId: null,
          accessTokenSealed: null,
          choicesSealed: null,
          disconnectedAt: () => 'clock_timestamp()',
        },
      );
      if (!consent || !affected) throw noSuchAccount();
      await dropUnused(manager, consent.id);
      if (!(await isShared(manager, consent))) await this.revoke(consent);
    });
  }

  private async revoke(consent: ProviderConsent): Promise<void> {
    const { id, workspaceId, provider, oauthAppId, personId } = consent;
    try {
      const app = await this.apps.open(oauthAppId, workspaceId);
      const tokens = await this.living(consent, this.open(consent), app);
      await this.client.revoke(provider, app, { ...tokens, accountId: personId });
    } catch (error) {
      this.logger.warn(
        { consentId: id, provider, said: describeFailure(error) },
        'A provider did not revoke.',
      );
    }
  }

  /** Some providers revoke by a living access token alone. */
  private async living(
    { provider, expiresAt }: ProviderConsent,
    tokens: StoredTokens,
    app: Awaited<ReturnType<OpenOAuthApp['open']>>,
  ): Promise<StoredTokens> {
    if (!tokens.refreshToken || !expiresAt || expiresAt.getTime() > Date.now()) return tokens;
    const renewed = await this.client.refresh(provider, app, tokens).catch(() => undefined);
    return { ...tokens, ...renewed };
  }

  private open(consent: ProviderConsent): StoredTokens {
    const { accessTokenSealed, refreshTokenSealed } = consent;
    return {
      accessToken: this.box.open(accessTokenSealed, consentPlace(consent, 'access_token_sealed')),
      ...(refreshTokenSealed !== null && {
        refreshToken: this.box.open(refreshTokenSealed, consentPlace(consent, 'refresh_token_sealed')),
      }),
    };
  }
}

async function isShared(
  manager: EntityManager,
  { provider, personId, oauthAppId }: ProviderConsent,
): Promise<boolean> {
  const shared = await manager.query<unknown[]>(SHARED, [provider, personId, oauthAppId]);
  return shared.length > 0;
}
