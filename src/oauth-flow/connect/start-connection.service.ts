import { Injectable } from '@nestjs/common';
import { FindAccount } from '../../accounts/find-account.service.js';
import type { DashboardUser } from '../../common/access/principal.js';
import { AppError } from '../../common/errors/app-error.js';
import { Config } from '../../config/config.js';
import { OpenOAuthApp } from '../../oauth-apps/open-oauth-app.service.js';
import { ProviderClient } from '../../providers/provider-client.service.js';
import { ProviderRegistry } from '../../providers/provider-registry.service.js';
import type { StartQuery } from './connect.dto.js';
import { flowCookie, setCookie } from './flow-cookie.js';
import { Flows } from './flows.service.js';
import { isAllowedReturnUrl } from './return-url.js';

const COOKIE_SECONDS = 600;

/** What a start answers. */
export interface Start {
  readonly authorizeUrl: string;
  /** A `Set-Cookie` value. */
  readonly cookie: string;
}

/** Begins a sign-in at a provider. */
@Injectable()
export class StartConnection {
  constructor(
    private readonly registry: ProviderRegistry,
    private readonly accounts: FindAccount,
    private readonly apps: OpenOAuthApp,
    private readonly flows: Flows,
    private readonly client: ProviderClient,
    private readonly config: Config,
  ) {}

  /**
   * Two statements: the app is read, the sign-in is held; a third reads the account that is connected again.
   *
   * @param user who starts, and whose workspace the account will be in
   * @param provider the provider's id, of the path
   * @param query checked for types alone
   * @throws AppError unknown_provider; invalid_input naming return_url, account_id or oauth_app_id; not_found where
   *   the app or the account is not this workspace's; no_oauth_app
   */
  async run(user: DashboardUser, provider: string, query: StartQuery): Promise<Start> {
    const { redirectUri } = this.registry.get(provider);
    const { return_url: returnUrl, account_id: accountId } = query;
    if (returnUrl !== undefined && !isAllowedReturnUrl(returnUrl, this.config.returnUrls)) {
      throw wrong('return_url', 'must lie beneath an address in RETURN_URLS, without user info or fragment');
    }
    const oauthAppId =
      accountId === undefined ? query.oauth_app_id : await this.appOf(user, provider, accountId, query);
    const app = await this.apps.forStart(user.workspaceId, provider, oauthAppId);
    const flow = await this.flows.hold({
      workspaceId: user.workspaceId,
      userId: user.userId,
      provider,
      oauthAppId: app.id,
      redirectUri,
      returnUrl,
      reconnectAccountId: accountId,
    });
    const { state, codeVerifier } = flow;
    const request = { redirectUri, state, codeVerifier, askAgain: accountId !== undefined };
    return {
      authorizeUrl: this.client.authorizeUrl(provider, app, request).href,
      cookie: setCookie(flowCookie(flow.idHash, this.config.publicUrl), flow.browser, COOKIE_SECONDS),
    };
  }

  /** An account keeps the app that it was connected with: its tokens are refreshed and revoked with it. */
  private async appOf(
    user: DashboardUser,
    provider: string,
    accountId: string,
    query: StartQuery,
  ): Promise<string> {
    const account = await this.accounts.reconnectable(accountId, user.workspaceId);
    if (!account) throw new AppError('not_found', 'There is no such account in your workspace.');
    if (account.provider !== provider) throw wrong('account_id', 'is an account of another provider');
    if (query.oauth_app_id !== undefined && query.oauth_app_id !== account.oauthAppId) {
      throw wrong('oauth_app_id', 'is not the app of that account; leave it out');
    }
    return account.oauthAppId;
  }
}

function wrong(field: string, message: string): AppError {
  return new AppError('invalid_input', 'The sign-in cannot be started like this; errors says why.', {
    fields: [{ field, message }],
  });
}
