import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { hashToken, newToken, TOKEN_PREFIXES } from '../common/crypto/token.js';
import { RunStatements } from '../common/postgres/run-statements.service.js';
import { Config } from '../config/config.js';
import { tooManyRequests } from '../limits/limiter.js';
import { type ClientMetadata, parseClientMetadata } from './client-metadata.js';
import { NewClients } from './new-clients.service.js';

/** What a registration answers (RFC 7591 §3.2.1): the credentials and the metadata in effect. */
export interface RegisteredClient extends ClientMetadata {
  client_id: string;
  /** Seconds since 1970. */
  client_id_issued_at: number;
  client_secret?: string;
  /** 0: never. Present with a secret. */
  client_secret_expires_at?: number;
}

/** One statement: a new row, or the same registration found again and revived. */
const REGISTER = `
INSERT INTO clients (id, secret_hash, token_endpoint_auth_method, redirect_uris, grant_types, name, client_uri,
  logo_uri, scopes, other_metadata)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (id) DO UPDATE SET registered_at = now(), last_used_at = now(), tombstoned_at = NULL
RETURNING floor(extract(epoch FROM created_at))::float8 AS issued_at, xmax = 0 AS is_new`;

/** The second half of it, for when no new row may be made. */
const REGISTER_AGAIN = `
UPDATE clients SET registered_at = now(), last_used_at = now(), tombstoned_at = NULL WHERE id = $1
RETURNING floor(extract(epoch FROM created_at))::float8 AS issued_at`;

/** Registers clients (RFC 7591). */
@Injectable()
export class RegisterClient {
  private readonly knownScopes: ReadonlySet<string>;

  constructor(
    private readonly statements: RunStatements,
    private readonly newClients: NewClients,
    config: Config,
  ) {
    this.knownScopes = new Set(config.scopes.map(({ name }) => name));
  }

  /**
   * @param body the parsed JSON body; anything a stranger can send
   * @param network where it comes from
   * @returns the client; a public client that registers the same again gets the same `client_id`
   * @throws AppError invalid_redirect_uri, invalid_client_metadata; too_many_requests where it would make a row too many
   */
  async run(body: unknown, network: string): Promise<RegisteredClient> {
    const metadata = parseClientMetadata(body, this.knownScopes);
    const isPublic = metadata.token_endpoint_auth_method === 'none';
    const secret = isPublic ? undefined : newToken('clientSecret');
    const clientId = isPublic ? idOfPublicClient(metadata) : newToken('clientId');
    const wait = await this.newClients.take(network);
    const issuedAt =
      wait > 0
        ? await this.again(clientId, isPublic, wait)
        : await this.insert([clientId, secret ? hashToken(secret) : null, ...columnsOf(metadata)], network);
    return {
      client_id: clientId,
      client_id_issued_at: issuedAt,
      ...(secret !== undefined && { client_secret: secret, client_secret_expires_at: 0 }),
      ...metadata,
    };
  }

  private async insert(values: unknown[], network: string): Promise<number> {
    const query = { name: 'register_client', text: REGISTER, values };
    let isNew = false;
    try {
      const { rows } = await this.statements.durably<{ issued_at: number; is_new: boolean }>(query);
      isNew = rows[0]!.is_new;
      return rows[0]!.issued_at;
    } finally {
      if (!isNew) this.newClients.giveBack(network);
    }
  }

  /** A client that is known makes no row, so no ceiling keeps it out. */
  private async again(clientId: string, isPublic: boolean, wait: number): Promise<number> {
    if (!isPublic) throw tooManyRequests(wait);
    const query = { name: 'register_client_again', text: REGISTER_AGAIN, values: [clientId] };
    const { rows } = await this.statements.durably<{ issued_at: number }>(query);
    if (!rows[0]) throw tooManyRequests(wait);
    return rows[0].issued_at;
  }
}

/**
 * A public client has no secret to keep apart, so equal metadata is the same client: its id is the hash of the
 * metadata. Apps that register at every start then make one row, without an index to find it by.
 */
function idOfPublicClient(metadata: ClientMetadata): string {
  const canonical = JSON.stringify({ ...metadata, redirect_uris: metadata.redirect_uris.toSorted() });
  return TOKEN_PREFIXES.clientId + createHash('sha256').update(canonical).digest('base64url');
}

function columnsOf(metadata: ClientMetadata): unknown[] {
  const { tos_uri, policy_uri, contacts, software_id, software_version } = metadata;
  const other = JSON.stringify({ tos_uri, policy_uri, contacts, software_id, software_version });
  return [
    metadata.token_endpoint_auth_method,
    metadata.redirect_uris,
    metadata.grant_types,
    metadata.client_name ?? null,
    metadata.client_uri ?? null,
    metadata.logo_uri ?? null,
    metadata.scope?.split(' ') ?? null,
    other === '{}' ? null : other,
  ];
}
