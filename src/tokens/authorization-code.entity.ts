import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A code on its way from the consent page to the token endpoint (RFC 6749 §4.1.2). Whether it was redeemed, its grant says. */
@Entity('authorization_codes')
export class AuthorizationCode {
  /** SHA-256 of the code. */
  @PrimaryColumn({ type: 'bytea' })
  hash: Buffer;

  @Column({ type: 'bigint' })
  grantId: string;

  @Column({ type: 'text' })
  redirectUri: string;

  @Column({ type: 'text' })
  codeChallenge: string;

  @Column({ type: 'timestamptz' })
  expiresAt: Date;
}
