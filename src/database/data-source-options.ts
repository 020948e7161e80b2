import type { DataSourceOptions } from 'typeorm';
import { Account } from '../accounts/account.entity.js';
import { ProviderConsent } from '../accounts/provider-consent.entity.js';
import { RenewalMark } from '../accounts/renewal-mark.entity.js';
import { AuditEvent } from '../audit/audit-event.entity.js';
import { Client } from '../client-registration/client.entity.js';
import { RateLimit } from '../limits/rate-limit.entity.js';
import { OAuthApp } from '../oauth-apps/oauth-app.entity.js';
import { AuthorizationRequest } from '../oauth-flow/authorize/authorization-request.entity.js';
import { OAuthFlow } from '../oauth-flow/connect/oauth-flow.entity.js';
import { PendingConnection } from '../oauth-flow/connect/pending-connection.entity.js';
import { AccessToken } from '../tokens/access-token.entity.js';
import { AuthorizationCode } from '../tokens/authorization-code.entity.js';
import { Grant } from '../tokens/grant.entity.js';
import { KeyCanary } from './key-canary.entity.js';
import { TheWayIn1763800000000 } from './migrations/1763800000000-the-way-in.js';
import { OAuthApps1763800100000 } from './migrations/1763800100000-oauth-apps.js';
import { Accounts1763800200000 } from './migrations/1763800200000-accounts.js';
import { ConnectFlow1763800300000 } from './migrations/1763800300000-connect-flow.js';
import { RateLimits1763800400000 } from './migrations/1763800400000-rate-limits.js';
import { RevocationNotices1763800500000 } from './migrations/1763800500000-revocation-notices.js';
import { Reaping1763800600000 } from './migrations/1763800600000-reaping.js';
import { GrantsByClient1763800650000 } from './migrations/1763800650000-grants-by-client.js';
import { AuditLog1763800700000 } from './migrations/1763800700000-audit-log.js';
import { GrantsHoldTheLiveToken1763800800000 } from './migrations/1763800800000-grants-hold-the-live-token.js';
import { RefreshTokensNameTheirGrant1763800900000 } from './migrations/1763800900000-refresh-tokens-name-their-grant.js';
import { NamingStrategy } from './naming-strategy.js';

/** Every entity, by name: a pattern would load whatever happens to lie in a folder. */
export const ENTITIES = [
  Client,
  AuthorizationRequest,
  Grant,
  AuthorizationCode,
  AccessToken,
  OAuthApp,
  ProviderConsent,
  RenewalMark,
  Account,
  OAuthFlow,
  PendingConnection,
  AuditEvent,
  KeyCanary,
  RateLimit,
];

/** Every migration, oldest first. */
export const MIGRATIONS = [
  TheWayIn1763800000000,
  OAuthApps1763800100000,
  Accounts1763800200000,
  ConnectFlow1763800300000,
  RateLimits1763800400000,
  RevocationNotices1763800500000,
  Reaping1763800600000,
  GrantsByClient1763800650000,
  AuditLog1763800700000,
  GrantsHoldTheLiveToken1763800800000,
  RefreshTokensNameTheirGrant1763800900000,
];

/**
 * @param url a `postgres://` URL
 * @param extra options of the `pg` pool beneath TypeORM, such as `max` or `statement_timeout` (milliseconds)
 * @returns what TypeORM needs, for the server, the migrations and the command line alike
 */
export function dataSourceOptions(url: string, extra: Record<string, unknown> = {}): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    entities: ENTITIES,
    migrations: MIGRATIONS,
    // Some do without a transaction.
    migrationsTransactionMode: 'each',
    namingStrategy: new NamingStrategy(),
    synchronize: false,
    installExtensions: false,
    uuidExtension: 'pgcrypto',
    extra: { application_name: 'swingdoor', ...extra },
  };
}
