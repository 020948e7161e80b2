import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A refresh token and, once it was used, how its successors came about. */
@Entity('refresh_tokens')
export class RefreshToken {
  /** SHA-256 of the token. */
  @PrimaryColumn({ type: 'bytea' })
  hash: Buffer;

  @Column({ type: 'bigint' })
  grantId: string;

  @Column({ type: 'text' })
  clientId: string;

  @Column({ type: 'timestamptz' })
  expiresAt: Date;

  /** Redemptions so far: the first rotates, those within the grace repeat its answer. */
  @Column({ type: 'integer', default: 0 })
  uses: number;

  /** When it was first redeemed; the grace counts from here. */
  @Column({ type: 'timestamptz', nullable: true })
  rotatedAt: Date | null;

  /** The key that its successors were derived with. */
  @Column({ type: 'text', nullable: true })
  rotatedKid: string | null;

  /** The narrower scopes of the successor access token; null means the grant's. */
  @Column({ type: 'text', array: true, nullable: true })
  rotatedScopes: string[] | null;
}
