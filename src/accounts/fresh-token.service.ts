import { Injectable } from '@nestjs/common';
import { Pool } from 'pg';
import { SecretBox } from '../common/crypto/secret-box.js';
import { AppError } from '../common/errors/app-error.js';
import { TOKEN, type TokenRow } from './account-statements.js';
import { needsReconnect } from './provider-failure.js';
import { Renewals } from './renewals.service.js';
import { accountPlace, consentPlace } from './token-places.js';

/** A provider token in clear, for whoever calls the provider with it. */
export interface FreshProviderToken {
  readonly accessToken: string;
  /** Null where it does not end by itself. */
  readonly expiresAt: Date | null;
  readonly scopes: readonly string[];
  readonly provider: string;
  readonly externalId: string;
  readonly workspaceId: string;
}

/** The one reader of provider tokens: whoever needs one gets a living one. */
@Injectable()
export class FreshToken {
  constructor(
    private readonly pool: Pool,
    private readonly box: SecretBox,
    private readonly renewals: Renewals,
  ) {}

  /**
   * The account's token. One statement where it is fresh; else it is renewed first.
   *
   * @param accountId of any workspace
   * @param minTtl seconds for which it must live
   * @throws AppError not_found, needs_reconnect, selection_pending, provider_unavailable
   */
  async get(accountId: string, minTtl: number): Promise<FreshProviderToken> {
    let row = await this.usable(accountId, minTtl);
    // Twice: the first time, the answer may have been to another's shorter wish.
    for (let tries = 0; tries < 2 && !isFresh(row); tries += 1) {
      const renewal = await this.renewals.run(row.consent_id!, row.oauth_app_id, { seconds: minTtl });
      if (renewal === 'impossible') throw needsReconnect();
      row = await this.usable(accountId, minTtl);
    }
    if (isFresh(row)) return this.open(accountId, row);
    throw notFreshEnough();
  }

  private async usable(accountId: string, minTtl: number): Promise<TokenRow> {
    const { rows } = await this.pool.query<TokenRow>(TOKEN, [accountId, minTtl]);
    const [row] = rows;
    if (!row) throw new AppError('not_found', 'There is no such account.');
    if (row.status === 'pending_selection') {
      throw new AppError('selection_pending', 'The user has yet to choose a page or organisation.');
    }
    if (row.status !== 'active') throw needsReconnect();
    return row;
  }

  private open(id: string, row: TokenRow): FreshProviderToken {
    const { workspace_id: workspaceId, own_token: own } = row;
    const accessToken =
      own === null
        ? this.box.open(
            row.consent_token!,
            consentPlace({ id: row.consent_id!, workspaceId }, 'access_token_sealed'),
          )
        : this.box.open(own, accountPlace({ id, workspaceId }, 'access_token_sealed'));
    return {
      accessToken,
      expiresAt: own === null ? row.expires_at : null,
      scopes: row.scopes ?? [],
      provider: row.provider,
      externalId: row.external_id!,
      workspaceId,
    };
  }
}

/** An account's own token does not end by itself. */
function isFresh({ own_token: own, fresh }: TokenRow): boolean {
  return own !== null || fresh === true;
}

function notFreshEnough(): AppError {
  return new AppError('provider_unavailable', 'The provider gives no token that lives long enough yet.', {
    headers: { 'Retry-After': '2' },
  });
}
