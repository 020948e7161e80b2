import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Pool } from 'pg';
import { hashToken, newToken, TOKEN_PREFIXES } from '../common/crypto/token.js';
import { Config } from '../config/config.js';
import { type ClientMetadata, parseClientMetadata } from './client-metadata.js';

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
ON CONFLICT (id) DO UPDATE SET registered_at = now(), tombstoned_at = NULL
RETURNING floor(extract(epoch FROM created_at))::float8 AS issued_at`;

/** Registers clients (RFC 7591). */
@Injectable()
export class RegisterClient {
  private readonly knownScopes: ReadonlySet<string>;

  constructor(
    private readonly pool: Pool,
    config: Config,
  ) {
    this.knownScopes = new Set(config.scopes.map(({ name }) => name));
  }

  /**
   * @param body the parsed JSON body; anything a stranger can send
   * @returns the client; a public client that registers the same again gets the same `client_id`
   * @throws AppError invalid_redirect_uri, invalid_client_metadata
   */
  async run(body: unknown): Promise<RegisteredClient> {
    const metadata = parseClientMetadata(body, this.knownScopes);
    const isPublic = metadata.token_endpoint_auth_method === 'none';
    const secret = isPublic ? undefined : newToken('clientSecret');
    const clientId = isPublic ? idOfPublicClient(metadata) : newToken('clientId');
    const { rows } = await this.pool.query<{ issued_at: number }>({
      name: 'register_client',
      text: REGISTER,
      values: [clientId, secret ? hashToken(secret) : null, ...columnsOf(metadata)],
    });
    return {
      client_id: clientId,
      client_id_issued_at: rows[0]!.issued_at,
      ...(secret !== undefined && { client_secret: secret, client_secret_expires_at: 0 }),
      ...metadata,
    };
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
