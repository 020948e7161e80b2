import { Injectable, Logger } from '@nestjs/common';
import type { AuditedRequest } from '../../audit/audit-record.js';
import { Audit } from '../../audit/audit.service.js';
import type { NewConnection } from '../../accounts/new-connection.js';
import { SaveConnection } from '../../accounts/save-connection.service.js';
import { KeyRing } from '../../common/crypto/key-ring.js';
import type { OAuthParameters } from '../../common/http/oauth-parameters.js';
import { Config } from '../../config/config.js';
import { OpenOAuthApp } from '../../oauth-apps/open-oauth-app.service.js';
import { ProviderClient } from '../../providers/provider-client.service.js';
import { BrowserBinding } from './browser-binding.service.js';
import { describeFailure, type FlowFailure } from './flow-failure.js';
import { flowCookie, setCookie } from './flow-cookie.js';
import { readState } from './flow-state.js';
import { type ConsumedFlow, Flows } from './flows.service.js';
import { PendingConnections } from './pending-connections.service.js';
import { type FlowResult, resultLocation } from './return-url.js';

/** What a provider's redirect brings. */
export interface Callback {
  /** Of the path. */
  readonly provider: string;
  readonly parameters: OAuthParameters;
  /** The `Cookie` header. */
  readonly cookies: string | undefined;
  /** For the audit log. */
  readonly request: AuditedRequest;
}

/** Where to send the browser. */
export interface Finish {
  readonly location: string;
  /** A `Set-Cookie` value that takes the sign-in's cookie away. */
  readonly cookie?: string;
}

/** Finishes a sign-in. Whatever happens, the browser ends at the return URL or the dashboard, with a result. */
@Injectable()
export class FinishConnection {
  private readonly logger = new Logger('Connect');

  constructor(
    private readonly ring: KeyRing,
    private readonly flows: Flows,
    private readonly binding: BrowserBinding,
    private readonly apps: OpenOAuthApp,
    private readonly client: ProviderClient,
    private readonly accounts: SaveConnection,
    private readonly pending: PendingConnections,
    private readonly config: Config,
    private readonly audit: Audit,
  ) {}

  /** Never throws; every failure is a result with our code for it. */
  async run(callback: Callback): Promise<Finish> {
    const { provider, parameters } = callback;
    // Two states are no state (RFC 6749 §3.1).
    const states = parameters.all('state');
    const idHash = readState(this.ring, provider, states.length === 1 ? states[0] : undefined);
    if (!idHash) return this.end(undefined, { error: 'state_invalid' });
    const cookie = setCookie(flowCookie(idHash, this.config.publicUrl), '', 0);
    try {
      const flow = await this.flows.consume(idHash, provider);
      if ('refused' in flow) return { ...this.end(flow.returnUrl, { error: flow.refused }), cookie };
      const result = await this.resultOf(flow, callback);
      return { ...this.end(flow.returnUrl, result), cookie };
    } catch (thrown) {
      return { ...this.end(undefined, { error: this.report(describeFailure(thrown), provider) }), cookie };
    }
  }

  private async resultOf(flow: ConsumedFlow, callback: Callback): Promise<FlowResult> {
    const result = await this.connect(flow, callback).catch((thrown: unknown): FlowResult => ({
      error: this.report(describeFailure(thrown), flow.provider, flow.workspaceId),
    }));
    const outcome = result.error ?? result.status ?? (result.completion ? 'completion' : 'connected');
    await this.flows.record(flow.idHash, outcome).catch((err: unknown) => {
      // What was done is done: it must not look as if it had failed.
      this.logger.error({ err, outcome }, 'The outcome of a sign-in could not be noted.');
    });
    return result;
  }

  /** Provider, app, redirect URI and verifier are the sign-in's own (RFC 9700 §4.4); the callback brings the code. */
  private async connect(flow: ConsumedFlow, { parameters, cookies, request }: Callback): Promise<FlowResult> {
    const { provider, workspaceId, userId, oauthAppId, reconnectAccountId } = flow;
    const code = this.codeOf(provider, parameters);
    const mustConfirm = this.binding.mustConfirm(flow, cookies);
    const app = await this.apps.open(oauthAppId, workspaceId);
    const connection = await this.client.exchangeCode(provider, app, { ...flow, code });
    const { accessToken } = connection;
    const identity = await this.client.identify(provider, app, accessToken);
    const choices = await this.client.choices(provider, app, { accessToken, identity });
    const found: NewConnection = {
      workspaceId,
      userId,
      provider,
      oauthAppId,
      clientId: app.clientId,
      reconnectAccountId,
      connection,
      identity,
      choices,
    };
    if (mustConfirm) return { completion: await this.pending.keep(found) };
    const { accountId, status } = await this.accounts.run(found);
    const what = { workspace_id: workspaceId, account_id: accountId, provider, oauth_app_id: oauthAppId };
    this.audit.record('account.connected', request, what, { kind: 'user', id: userId });
    return { connected: accountId, ...(status === 'pending_selection' && { status }) };
  }

  /** @throws ProviderError for a refusal; AppError invalid_request where the query is no answer at all */
  private codeOf(provider: string, parameters: OAuthParameters): string {
    const refusal = this.client.refusal(provider, parameters.single());
    if (refusal) throw refusal;
    return parameters.required('code');
  }

  private report(failure: FlowFailure, provider: string, workspaceId?: string): string {
    const { code, ours, ...details } = failure;
    const line = { reason: code, provider, workspaceId, ...details };
    if (ours) this.logger.error(line, 'A sign-in failed on our side.');
    else this.logger.log(line, 'A sign-in did not connect.');
    return code;
  }

  private end(returnUrl: string | undefined, result: FlowResult): Finish {
    return { location: resultLocation(returnUrl ?? `${this.config.dashboardUrl}/accounts`, result) };
  }
}
