import { Injectable, Logger } from '@nestjs/common';
import { FindClient, type FoundClient } from '../../client-registration/find-client.service.js';
import { hashToken, newToken } from '../../common/crypto/token.js';
import { AppError } from '../../common/errors/app-error.js';
import { describeForOAuth, oauthCodeOf } from '../../common/errors/render-error.js';
import { logFailure } from '../../common/errors/log-failure.js';
import { normalizeError } from '../../common/errors/normalize-error.js';
import type { OAuthParameters } from '../../common/http/oauth-parameters.js';
import { RunStatements } from '../../common/postgres/run-statements.service.js';
import { Config } from '../../config/config.js';
import { Audience } from '../../tokens/audience.service.js';
import { ScopeCatalogue } from '../../tokens/scope-catalogue.service.js';
import { checkAuthorizationRequest, echoedState } from './check-authorization-request.js';
import { TrustedRedirect } from './trusted-redirect.js';

const HOLD_REQUEST = `
INSERT INTO authorization_requests
  (id_hash, client_id, redirect_uri, scopes, resources, audiences, state, code_challenge, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, now() + make_interval(secs => $9))`;

/** Takes an authorization request to the consent page, or back to the client with an error (RFC 6749 §4.1.1). */
@Injectable()
export class Authorize {
  private readonly logger = new Logger(Authorize.name);

  constructor(
    private readonly findClient: FindClient,
    private readonly scopes: ScopeCatalogue,
    private readonly audience: Audience,
    private readonly statements: RunStatements,
    private readonly config: Config,
  ) {}

  /**
   * @param parameters the query or the form
   * @param reqId of the request, for the log
   * @returns where to send the browser: the consent page, or the client with an error
   * @throws AppError for what must not be redirected: an unknown client or an address that is not its own
   */
  async run(parameters: OAuthParameters, reqId: string): Promise<string> {
    const { client, redirect } = await this.trust(parameters);
    try {
      checkAuthorizationRequest(parameters);
      return await this.hold(client, redirect, parameters);
    } catch (thrown) {
      const error = normalizeError(thrown);
      logFailure(this.logger, error, { reqId });
      return redirect.location({
        error: oauthCodeOf(error.code),
        error_description: describeForOAuth(error.message),
      });
    }
  }

  /** Phase 1: who asks, and where the answer may go. */
  private async trust(
    parameters: OAuthParameters,
  ): Promise<{ client: FoundClient; redirect: TrustedRedirect }> {
    const clientId = parameters.required('client_id');
    const redirectUri = parameters.required('redirect_uri');
    const client = await this.findClient.byId(clientId);
    if (!client) {
      throw new AppError(
        'invalid_client',
        'The app that sent you here is not registered, or its registration has ended. Remove the connection in the app and connect again: it will register anew.',
        { status: 400 },
      );
    }
    const { publicUrl } = this.config;
    const redirect = TrustedRedirect.match(
      client.redirectUris,
      redirectUri,
      echoedState(parameters),
      publicUrl,
    );
    if (!redirect) {
      throw new AppError(
        'invalid_redirect_uri',
        'The app asked to be answered at an address that it did not register, so nothing was sent there. If you make this app: register this redirect_uri, character for character.',
      );
    }
    return { client, redirect };
  }

  /** Phase 2: what is asked for; then the request waits for its user. */
  private async hold(
    client: FoundClient,
    redirect: TrustedRedirect,
    parameters: OAuthParameters,
  ): Promise<string> {
    const scopes = this.scopes.resolve(parameters.one('scope'), client.scopes);
    const { resources, audiences } = this.audience.resolve(parameters.all('resource'));
    const requestId = newToken('requestId');
    // What a crash of the database takes with it, its user begins again.
    await this.statements.lightly({
      name: 'hold_authorization_request',
      text: HOLD_REQUEST,
      values: [
        hashToken(requestId),
        client.id,
        redirect.uri,
        scopes,
        resources,
        audiences,
        parameters.one('state') ?? null,
        parameters.required('code_challenge'),
        this.config.requestTtl,
      ],
    });
    return `${this.config.dashboardUrl}/consent?request_id=${requestId}`;
  }
}
