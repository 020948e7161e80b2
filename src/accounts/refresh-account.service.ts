import { Injectable } from '@nestjs/common';
import type { AccountView } from './account-view.js';
import { FindAccount } from './find-account.service.js';
import { noSuchAccount } from './no-such-account.js';
import { asAppError, needsReconnect } from './provider-failure.js';
import type { Renewal } from './renew-consent.service.js';
import { Renewals } from './renewals.service.js';
import { VerifyTokens } from './verify-tokens.service.js';

/** Renews an account because somebody asked, whether it is due or not. */
@Injectable()
export class RefreshAccount {
  constructor(
    private readonly accounts: FindAccount,
    private readonly renewals: Renewals,
    private readonly verification: VerifyTokens,
  ) {}

  /**
   * The account, renewed where its provider allows it now, and known to live where its provider tells.
   *
   * @throws AppError not_found; needs_reconnect where only the user can help; provider_unavailable in an outage
   */
  async run(accountId: string, workspaceId: string): Promise<AccountView> {
    const row = await this.accounts.row(accountId, workspaceId);
    if (!row) throw noSuchAccount();
    if (row.status === 'needs_reconnect' || row.status === 'disconnected') throw needsReconnect();
    if (row.status === 'active') {
      const renewal = await this.renewAndVerify(row.consent_id!, row.oauth_app_id);
      if (renewal === 'impossible') throw needsReconnect();
    }
    const view = await this.accounts.view(accountId, workspaceId);
    if (!view) throw noSuchAccount();
    if (view.status === 'needs_reconnect' || view.status === 'disconnected') throw needsReconnect();
    return view;
  }

  private async renewAndVerify(consentId: string, oauthAppId: string): Promise<Renewal> {
    try {
      const renewal = await this.renewals.run(consentId, oauthAppId, 'asked');
      await this.verification.run(consentId);
      return renewal;
    } catch (error) {
      throw asAppError(error);
    }
  }
}
