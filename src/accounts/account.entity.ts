import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import type { AccountStatus, ReconnectReason } from './account-view.js';

/**
 * Something that can be posted to: a profile, a Page, an organisation. Its id stays through reconnects and after it was
 * disconnected. While a user has yet to choose, it has choices instead of an external id.
 */
@Entity('accounts')
@Unique('uq_accounts_external_id', ['workspaceId', 'provider', 'externalId'])
@Index('ix_accounts_workspace_id', ['workspaceId', 'createdAt', 'id'])
@Index('ix_accounts_consent_id', ['consentId'])
export class Account {
  /** `acc_` and 128 random bits. */
  @PrimaryColumn({ type: 'text' })
  id: string;

  @Column({ type: 'text' })
  workspaceId: string;

  /** Who connected it last. */
  @Column({ type: 'text' })
  userId: string;

  @Column({ type: 'text' })
  provider: string;

  /** Stays when the account is disconnected and the app is gone. */
  @Column({ type: 'text' })
  oauthAppId: string;

  /** Null once it is disconnected. */
  @Column({ type: 'text', nullable: true })
  @ForeignKey('ProviderConsent')
  consentId: string | null;

  @Column({ type: 'text', nullable: true })
  externalId: string | null;

  @Column({ type: 'text', nullable: true })
  username: string | null;

  @Column({ type: 'text', nullable: true })
  displayName: string | null;

  @Column({ type: 'text', nullable: true })
  avatarUrl: string | null;

  @Column({ type: 'text' })
  status: AccountStatus;

  /** With needs_reconnect. */
  @Column({ type: 'text', nullable: true })
  reason: ReconnectReason | null;

  /** Its own, as Facebook Pages have them; null where the consent's is used. */
  @Column({ type: 'text', nullable: true })
  accessTokenSealed: string | null;

  /** With pending_selection: a JSON array of `Choice`, sealed because Pages come with their tokens. */
  @Column({ type: 'text', nullable: true })
  choicesSealed: string | null;

  /** Orders lists; to the millisecond, so that a cursor can hold it. */
  @Column({ type: 'timestamptz', precision: 3, default: () => 'clock_timestamp()' })
  createdAt: Date;

  @Column({ type: 'timestamptz', nullable: true })
  connectedAt: Date | null;

  @Column({ type: 'timestamptz', nullable: true })
  disconnectedAt: Date | null;
}
