import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A refresh token: the live one of its grant, or one that was rotated before. Never changes. */
@Entity('refresh_tokens')
export class RefreshToken {
  /** SHA-256 of the token. */
  @PrimaryColumn({ type: 'bytea' })
  hash: Buffer;

  @Column({ type: 'bigint' })
  grantId: string;

  /** The narrower scopes of the access token that came with it; null means the grant's. */
  @Column({ type: 'text', array: true, nullable: true })
  scopes: string[] | null;

  /** When its predecessor was rotated; that one's grace counts from here. */
  @Column({ type: 'timestamptz', default: () => 'now()' })
  createdAt: Date;

  @Column({ type: 'timestamptz' })
  expiresAt: Date;
}
