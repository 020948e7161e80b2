import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { AppOptions } from '../providers/provider.js';

/**
 * A workspace's own app at a provider (BYOK). Exactly one of a workspace's apps at a provider is the default: the
 * index allows no second one, and whoever creates, promotes or deletes holds the lock of `default-app.ts`.
 */
@Entity('oauth_apps')
@Index('ix_oauth_apps_workspace_id', ['workspaceId', 'provider'])
@Index('uq_oauth_apps_default', ['workspaceId', 'provider'], { unique: true, where: 'is_default' })
export class OAuthApp {
  /** `oa_` and 128 random bits. */
  @PrimaryColumn({ type: 'text' })
  id: string;

  @Column({ type: 'text' })
  workspaceId: string;

  /** A provider's id. It stays when the operator takes the provider out of the configuration. */
  @Column({ type: 'text' })
  provider: string;

  @Column({ type: 'text' })
  name: string;

  @Column({ type: 'text' })
  clientId: string;

  /** Opened by `OpenOAuthApp` alone. */
  @Column({ type: 'text' })
  clientSecretSealed: string;

  /** To tell secrets apart; empty where four characters would be too much of it. */
  @Column({ type: 'text' })
  clientSecretLast4: string;

  /** The settings that were given; null means none. */
  @Column({ type: 'jsonb', nullable: true })
  options: AppOptions | null;

  @Column({ type: 'boolean' })
  isDefault: boolean;

  /** What the provider said about the credentials when they were stored; `unknown` where it said nothing. */
  @Column({ type: 'text' })
  verification: 'ok' | 'failed' | 'unknown';

  /** For people: why it is not ok, and usual mix-ups that the credentials look like. */
  @Column({ type: 'text', nullable: true })
  verificationHint: string | null;

  /** When the provider said it; null where it said nothing. */
  @Column({ type: 'timestamptz', nullable: true })
  verifiedAt: Date | null;

  /** Taken under the lock of the default, so that the oldest is the one that was first. */
  @Column({ type: 'timestamptz', default: () => 'clock_timestamp()' })
  createdAt: Date;
}
