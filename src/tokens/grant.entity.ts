import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * One consent of one user for one client: one device, with its live refresh token. The row of it that changes: codes and
 * access tokens are written once and are only as alive as it. Revoking it is one UPDATE.
 */
@Entity('grants')
@Index('ix_grants_user_id', ['userId'], { where: 'revoked_at IS NULL' })
@Index('ix_grants_client_id', ['clientId'])
@Index('ix_grants_workspace_id', ['workspaceId'], { where: 'revoked_at IS NULL' })
export class Grant {
  /** Random; its code and its refresh tokens carry it. */
  @PrimaryColumn({ type: 'bigint' })
  id: string;

  @Column({ type: 'text' })
  clientId: string;

  /** `sub` of the dashboard JWT that approved. */
  @Column({ type: 'text' })
  userId: string;

  @Column({ type: 'text' })
  workspaceId: string;

  @Column({ type: 'text', array: true })
  scopes: string[];

  /** Resource indicators as the client sent them (RFC 8707); null means our own API. */
  @Column({ type: 'text', array: true, nullable: true })
  resources: string[] | null;

  /** The same in canonical form, for comparison. */
  @Column({ type: 'text', array: true, nullable: true })
  audiences: string[] | null;

  @Column({ type: 'timestamptz', default: () => 'now()' })
  createdAt: Date;

  /** When the last token ends, moving with every refresh; null until the code is redeemed. */
  @Column({ type: 'timestamptz', nullable: true })
  expiresAt: Date | null;

  /** When tokens were last issued; null until the code is redeemed, which it can be once. */
  @Column({ type: 'timestamptz', nullable: true })
  lastUsedAt: Date | null;

  /** SHA-256 of the one refresh token that may be used; null where the client does not refresh. */
  @Column({ type: 'bytea', nullable: true })
  refreshTokenHash: Buffer | null;

  @Column({ type: 'timestamptz', nullable: true })
  refreshTokenExpiresAt: Date | null;

  @Column({ type: 'timestamptz', nullable: true })
  revokedAt: Date | null;
}
