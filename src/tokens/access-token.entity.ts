import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An access token. Alive while its row exists, has not expired, and its grant is not revoked. */
@Entity('access_tokens')
export class AccessToken {
  /** SHA-256 of the token. */
  @PrimaryColumn({ type: 'bytea' })
  hash: Buffer;

  @Column({ type: 'bigint' })
  grantId: string;

  /** Narrower than the grant's (RFC 6749 §6); null means the grant's. */
  @Column({ type: 'text', array: true, nullable: true })
  scopes: string[] | null;

  /** Narrower than the grant's (RFC 8707 §2.2); null means the grant's. */
  @Column({ type: 'text', array: true, nullable: true })
  resources: string[] | null;

  /** When the refresh token was rotated that it came of; that one's grace counts from here. */
  @Column({ type: 'timestamptz', default: () => 'clock_timestamp()' })
  createdAt: Date;

  @Column({ type: 'timestamptz' })
  expiresAt: Date;
}
