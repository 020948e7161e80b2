import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A valid authorization request that waits for its user's decision. */
@Entity('authorization_requests')
export class AuthorizationRequest {
  /** SHA-256 of the request id that the consent page carries. */
  @PrimaryColumn({ type: 'bytea' })
  idHash: Buffer;

  @Column({ type: 'text' })
  clientId: string;

  /** As presented, after it matched a registered one. */
  @Column({ type: 'text' })
  redirectUri: string;

  @Column({ type: 'text', array: true })
  scopes: string[];

  /** Resource indicators as sent; null means our own API. */
  @Column({ type: 'text', array: true, nullable: true })
  resources: string[] | null;

  /** The same in canonical form. */
  @Column({ type: 'text', array: true, nullable: true })
  audiences: string[] | null;

  /** Echoed byte for byte; null where none was sent. */
  @Column({ type: 'text', nullable: true })
  state: string | null;

  @Column({ type: 'text' })
  codeChallenge: string;

  @Column({ type: 'timestamptz' })
  expiresAt: Date;

  /** The first signed-in user who opened it; nobody else can see or decide it. */
  @Column({ type: 'text', nullable: true })
  userId: string | null;

  /** The workspace in which it was last shown; only there can it be approved. */
  @Column({ type: 'text', nullable: true })
  workspaceId: string | null;

  @Column({ type: 'timestamptz', nullable: true })
  decidedAt: Date | null;
}
