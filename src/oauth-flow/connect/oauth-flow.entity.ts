import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A sign-in at a provider that is, or was, under way. */
@Entity('oauth_flows')
export class OAuthFlow {
  /** SHA-256 of the id in the state. */
  @PrimaryColumn({ type: 'bytea' })
  idHash: Buffer;

  @Column({ type: 'text' })
  workspaceId: string;

  /** Who started it. */
  @Column({ type: 'text' })
  userId: string;

  @Column({ type: 'text' })
  provider: string;

  /** Of the row in `oauth_apps`, or the operator's, which has none. */
  @Column({ type: 'text' })
  oauthAppId: string;

  /** As it was in the authorize URL: the exchange repeats it (RFC 6749 §4.1.3). */
  @Column({ type: 'text' })
  redirectUri: string;

  /** RFC 7636 §4.1 */
  @Column({ type: 'text' })
  codeVerifierSealed: string;

  /** SHA-256 of the cookie that the starting browser was given. */
  @Column({ type: 'bytea' })
  browserHash: Buffer;

  /** An allowed one; null means the dashboard. */
  @Column({ type: 'text', nullable: true })
  returnUrl: string | null;

  /** The account that is to be connected again; null connects whichever comes. */
  @Column({ type: 'text', nullable: true })
  reconnectAccountId: string | null;

  @Column({ type: 'timestamptz' })
  expiresAt: Date;

  /** When a callback took it. */
  @Column({ type: 'timestamptz', nullable: true })
  consumedAt: Date | null;

  /** What became of it: `connected`, `pending_selection`, `completion`, or the error's code. */
  @Column({ type: 'text', nullable: true })
  outcome: string | null;
}
