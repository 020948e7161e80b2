import { Injectable } from '@nestjs/common';
import type { QueryResultRow } from 'pg';
import type { AuditedRequest } from '../../audit/audit-record.js';
import { Audit } from '../../audit/audit.service.js';
import { isLoopbackRedirect, redirectHost } from '../../client-registration/redirect-uri.js';
import type { DashboardUser } from '../../common/access/principal.js';
import { hashToken, newToken } from '../../common/crypto/token.js';
import { AppError } from '../../common/errors/app-error.js';
import { RunStatements } from '../../common/postgres/run-statements.service.js';
import { Config } from '../../config/config.js';
import { grantOf } from '../../tokens/mint-tokens.service.js';
import { ScopeCatalogue } from '../../tokens/scope-catalogue.service.js';
import { TrustedRedirect } from '../authorize/trusted-redirect.js';
import type { ConsentView } from './consent.dto.js';
import * as sql from './consent-statements.js';

/** The user's decision on an authorization request. Every method is one statement unless it fails. */
@Injectable()
export class Consent {
  constructor(
    private readonly statements: RunStatements,
    private readonly scopes: ScopeCatalogue,
    private readonly config: Config,
    private readonly audit: Audit,
  ) {}

  /**
   * Shows a request to the first user who opens it.
   *
   * @throws AppError not_found for unknown requests and those of others, already_decided, request_expired
   */
  async show(requestId: string, user: DashboardUser): Promise<ConsentView> {
    const row = await this.lightly('open_authorization_request', sql.OPEN_REQUEST, [
      hashToken(requestId),
      user.userId,
      user.workspaceId,
    ]);
    if (!row || row.client_gone) throw notFound();
    refuseUnlessOpen(row);
    const host = redirectHost(row.redirect_uri);
    return {
      request_id: requestId,
      client: {
        id: row.client_id,
        name: row.name,
        logo_uri: row.logo_uri,
        client_uri: row.client_uri,
        verified: this.config.verifiedClients.has(row.client_id) || this.config.verifiedClients.has(host),
      },
      redirect_host: host,
      is_loopback: isLoopbackRedirect(row.redirect_uri),
      scopes: row.scopes.map((name: string) => {
        const { description, sensitive } = this.scopes.describe(name);
        return { name, description, is_new: !row.granted.includes(name), sensitive };
      }),
      workspace_id: user.workspaceId,
      resource: row.resources?.[0] ?? this.config.publicUrl,
      ...(row.resources?.length > 1 && { resources: row.resources }),
      expires_at: row.expires_at.toISOString(),
    };
  }

  /**
   * @param request for the audit log
   * @param scopes a non-empty subset of what was asked for; undefined means all of it
   * @returns where to send the browser, with the code
   * @throws AppError as {@link show} does, invalid_input where the scopes are not a subset, workspace_changed where
   *   the user looked at it in another workspace
   */
  async approve(
    requestId: string,
    user: DashboardUser,
    request: AuditedRequest,
    scopes: string[] | undefined,
  ): Promise<string> {
    const code = newToken('code');
    const row = await this.durably('approve_authorization_request', sql.APPROVE_REQUEST, [
      hashToken(requestId),
      user.userId,
      user.workspaceId,
      scopes ?? null,
      grantOf(code),
      hashToken(code),
      this.config.codeTtl,
    ]);
    if (!row) throw await this.explain(requestId, user, scopes);
    const { client_id, grant_id, scopes: granted } = row;
    this.audit.record('consent.approved', request, { client_id, grant_id, scopes: granted });
    return this.redirectOf(row).location({ code });
  }

  /**
   * @param request for the audit log
   * @returns where to send the browser, with `error=access_denied` (RFC 6749 §4.1.2.1)
   * @throws AppError as {@link show} does
   */
  async deny(requestId: string, user: DashboardUser, request: AuditedRequest): Promise<string> {
    const values = [hashToken(requestId), user.userId];
    const row = await this.durably('deny_authorization_request', sql.DENY_REQUEST, values);
    if (!row) throw await this.explain(requestId, user, undefined);
    this.audit.record('consent.denied', request, { client_id: row.client_id });
    return this.redirectOf(row).location({ error: 'access_denied', error_description: 'The user said no.' });
  }

  private redirectOf(row: QueryResultRow): TrustedRedirect {
    return TrustedRedirect.ofStoredRequest(
      { redirectUri: row.redirect_uri, state: row.state },
      this.config.publicUrl,
    );
  }

  private async explain(
    requestId: string,
    user: DashboardUser,
    scopes: string[] | undefined,
  ): Promise<AppError> {
    const values = [hashToken(requestId), user.userId, user.workspaceId];
    const row = await this.lightly('explain_authorization_request', sql.EXPLAIN_REQUEST, values);
    if (!row) return notFound();
    refuseUnlessOpen(row);
    if (row.elsewhere) {
      return new AppError(
        'workspace_changed',
        'You switched workspace since this page was opened. Open it again.',
      );
    }
    if (scopes?.every((name) => row.scopes.includes(name)) ?? true) return notFound();
    return new AppError('invalid_input', 'Only scopes that were asked for can be granted.', {
      fields: [{ field: 'scopes', message: `must be a subset of: ${row.scopes.join(' ')}` }],
    });
  }

  private async lightly(name: string, text: string, values: unknown[]): Promise<QueryResultRow | undefined> {
    return (await this.statements.lightly({ name, text, values })).rows[0];
  }

  private async durably(name: string, text: string, values: unknown[]): Promise<QueryResultRow | undefined> {
    return (await this.statements.durably({ name, text, values })).rows[0];
  }
}

function refuseUnlessOpen(row: QueryResultRow): void {
  if (row.decided)
    throw new AppError('already_decided', 'This request was answered before. Go back to the app.');
  if (row.expired)
    throw new AppError('request_expired', 'This request is too old. Start again from the app.');
}

function notFound(): AppError {
  return new AppError(
    'not_found',
    'There is no such request, or it belongs to somebody else. Start again from the app.',
  );
}
