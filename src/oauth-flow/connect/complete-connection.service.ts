import { Injectable } from '@nestjs/common';
import type { AccountView } from '../../accounts/account-view.js';
import { FindAccount } from '../../accounts/find-account.service.js';
import { SaveConnection } from '../../accounts/save-connection.service.js';
import type { DashboardUser } from '../../common/access/principal.js';
import { AppError } from '../../common/errors/app-error.js';
import { PendingConnections } from './pending-connections.service.js';

/** Connects what came back in another browser, once the user who started says so. */
@Injectable()
export class CompleteConnection {
  constructor(
    private readonly pending: PendingConnections,
    private readonly saving: SaveConnection,
    private readonly accounts: FindAccount,
  ) {}

  /**
   * @param user must be who started, in the same workspace
   * @param completion the token of the return URL
   * @returns the account
   * @throws AppError not_found, completion_used, completion_expired; account_mismatch, no_eligible_account
   */
  async run(user: DashboardUser, completion: string): Promise<AccountView> {
    const { accountId } = await this.saving.run(await this.pending.redeem(completion, user));
    const account = await this.accounts.view(accountId, user.workspaceId);
    if (!account) throw new AppError('not_found', 'The account was disconnected in the meantime.');
    return account;
  }
}
