import { Injectable, Logger } from '@nestjs/common';
import { Pool } from 'pg';
import { SecretBox } from '../common/crypto/secret-box.js';
import { OpenOAuthApp } from '../oauth-apps/open-oauth-app.service.js';
import { ProviderClient } from '../providers/provider-client.service.js';
import { ProviderError } from '../providers/provider-error.js';
import { ProviderRegistry } from '../providers/provider-registry.service.js';
import { describeFailure } from './provider-failure.js';
import { END_ACCOUNT, END_CONSENT } from './renew-statements.js';
import { accountPlace, consentPlace } from './token-places.js';

/** One row an active account of a consent; `own_token` is null where it uses the consent's. */
const TOKENS = `
SELECT a.id, a.access_token_sealed AS own_token, c.workspace_id, c.provider, c.oauth_app_id, c.version,
  c.access_token_sealed AS consent_token
FROM accounts a JOIN provider_consents c ON c.id = a.consent_id
WHERE c.id = $1 AND a.status = 'active' ORDER BY a.id`;

interface TokensRow {
  id: string;
  own_token: string | null;
  workspace_id: string;
  provider: string;
  oauth_app_id: string;
  version: number;
  consent_token: string;
}

/**
 * Asks the provider whether tokens still live that do not end by themselves: a Page's dies with its person's password or
 * role. Free of charge where it exists; Meta wants it done daily.
 */
@Injectable()
export class VerifyTokens {
  private readonly logger = new Logger('Accounts');

  constructor(
    private readonly pool: Pool,
    private readonly box: SecretBox,
    private readonly client: ProviderClient,
    private readonly registry: ProviderRegistry,
    private readonly apps: OpenOAuthApp,
  ) {}

  /**
   * Judges every active account of a consent by its own token, and those without one by the consent's.
   *
   * @throws ProviderError where the provider gives no answer: nothing is changed by that
   */
  async run(consentId: string): Promise<void> {
    const { rows } = await this.pool.query<TokensRow>(TOKENS, [consentId]);
    const [first] = rows;
    if (!first || !this.registry.get(first.provider).definition.inspect) return;
    const app = await this.apps.open(first.oauth_app_id, first.workspace_id);
    const inspect = (token: string) => this.client.inspect(first.provider, app, token);
    for (const { id, own_token: sealed, workspace_id: workspaceId } of rows) {
      if (sealed === null) continue;
      const token = this.box.open(sealed, accountPlace({ id, workspaceId }, 'access_token_sealed'));
      await this.judge(inspect(token), first.provider, () => [END_ACCOUNT, [id, sealed, 'token_dead']]);
    }
    if (rows.every(({ own_token: sealed }) => sealed !== null)) return;
    const owner = { id: consentId, workspaceId: first.workspace_id };
    const token = this.box.open(first.consent_token, consentPlace(owner, 'access_token_sealed'));
    await this.judge(inspect(token), first.provider, (said) => [
      END_CONSENT,
      [consentId, first.version, 'token_dead', null, said],
    ]);
  }

  private async judge(
    inspection: Promise<unknown>,
    provider: string,
    ending: (said: string) => [string, unknown[]],
  ): Promise<void> {
    try {
      await inspection;
    } catch (error) {
      if (!(error instanceof ProviderError && error.code === 'token_dead')) throw error;
      const { rows } = await this.pool.query<{ id: string }>(...ending(describeFailure(error)));
      for (const { id } of rows) {
        this.logger.warn({ accountId: id, provider, reason: 'token_dead' }, 'An account needs its user.');
      }
    }
  }
}
