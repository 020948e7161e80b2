import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What came back in a browser that did not start it, until the user who did confirms it. */
@Entity('pending_connections')
export class PendingConnection {
  /** SHA-256 of the completion token. */
  @PrimaryColumn({ type: 'bytea' })
  tokenHash: Buffer;

  @Column({ type: 'text' })
  workspaceId: string;

  /** Who started, and alone may redeem it. */
  @Column({ type: 'text' })
  userId: string;

  /** The whole result, provider tokens included; null once it is redeemed. */
  @Column({ type: 'text', nullable: true })
  resultSealed: string | null;

  @Column({ type: 'timestamptz' })
  expiresAt: Date;

  @Column({ type: 'timestamptz', nullable: true })
  redeemedAt: Date | null;
}
