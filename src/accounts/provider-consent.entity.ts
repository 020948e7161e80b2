import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { ReconnectReason } from './account-view.js';

/**
 * What one person allowed one OAuth app, and the tokens that came of it. Accounts share it where one consent stands
 * for several (the Pages of a person, a LinkedIn member and organisations), so that a new token is a new token for all
 * of them. It lives as long as an account needs it.
 */
@Entity('provider_consents')
@Index('uq_provider_consents', ['provider', 'personId', 'oauthAppId', 'workspaceId'], { unique: true })
@Index('ix_provider_consents_next_check_at', ['nextCheckAt'], { where: 'next_check_at IS NOT NULL' })
@Index('ix_provider_consents_own_oauth_app_id', ['ownOauthAppId'])
export class ProviderConsent {
  /** `pc_` and 128 random bits. */
  @PrimaryColumn({ type: 'text' })
  id: string;

  @Column({ type: 'text' })
  workspaceId: string;

  @Column({ type: 'text' })
  provider: string;

  /** Of a row, or the operator's: the tokens can be refreshed and revoked with this app alone. */
  @Column({ type: 'text' })
  oauthAppId: string;

  /** The same where it has a row, which so cannot be deleted; null for the operator's. */
  @Column({ type: 'text', nullable: true })
  @ForeignKey('OAuthApp')
  ownOauthAppId: string | null;

  /** By which the provider knows the app: two workspaces may have brought the same one. */
  @Column({ type: 'text' })
  clientId: string;

  /** The person's id at the provider, as the consent names it. */
  @Column({ type: 'text' })
  personId: string;

  /** Further ids of the person by our names, such as Instagram's app-scoped one. */
  @Column({ type: 'jsonb' })
  otherIds: Readonly<Record<string, string>>;

  @Column({ type: 'text' })
  accessTokenSealed: string;

  @Column({ type: 'text', nullable: true })
  refreshTokenSealed: string | null;

  @Column({ type: 'text', array: true })
  scopes: string[];

  @Column({ type: 'text', array: true })
  missingScopes: string[];

  @Column({ type: 'timestamptz' })
  tokenIssuedAt: Date;

  /** Of the access token; null where it does not end by itself. */
  @Column({ type: 'timestamptz', nullable: true })
  expiresAt: Date | null;

  /** When the job looks after it: to refresh, or to ask whether the tokens still live. Null: never. */
  @Column({ type: 'timestamptz', nullable: true })
  nextCheckAt: Date | null;

  /** In a row. */
  @Column({ type: 'int', default: 0 })
  refreshFailures: number;

  @Column({ type: 'timestamptz', nullable: true })
  failedAt: Date | null;

  /** Until then nobody asks the provider again: its own `Retry-After` where it named one. */
  @Column({ type: 'timestamptz', nullable: true })
  retryAt: Date | null;

  /** The provider's words, without secrets: for whoever looks into the table. */
  @Column({ type: 'text', nullable: true })
  lastError: string | null;

  /** Why it is over; nothing is sent for it any more. */
  @Column({ type: 'text', nullable: true })
  reason: ReconnectReason | null;

  /** Rises with every new token. */
  @Column({ type: 'int', default: 1 })
  version: number;
}
