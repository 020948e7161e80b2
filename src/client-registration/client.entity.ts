import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How a client proves itself at the token endpoint (RFC 7591 §2). */
export type TokenEndpointAuthMethod = 'none' | 'client_secret_basic' | 'client_secret_post';

/** A registered client (RFC 7591): somebody else's app that comes to us. */
@Entity('clients')
export class Client {
  /** `client_id`. Derived from the metadata for public clients, so that registering again finds the same row. */
  @PrimaryColumn({ type: 'text' })
  id: string;

  /** SHA-256 of the client secret; null for public clients. */
  @Column({ type: 'bytea', nullable: true })
  secretHash: Buffer | null;

  @Column({ type: 'text' })
  tokenEndpointAuthMethod: TokenEndpointAuthMethod;

  @Column({ type: 'text', array: true })
  redirectUris: string[];

  @Column({ type: 'text', array: true })
  grantTypes: string[];

  @Column({ type: 'text', nullable: true })
  name: string | null;

  @Column({ type: 'text', nullable: true })
  clientUri: string | null;

  @Column({ type: 'text', nullable: true })
  logoUri: string | null;

  /** What it asks for where a request names no scope; null means the default scopes. */
  @Column({ type: 'text', array: true, nullable: true })
  scopes: string[] | null;

  /** What else it said about itself and gets echoed: tos_uri, policy_uri, contacts, software_id, software_version. */
  @Column({ type: 'jsonb', nullable: true })
  otherMetadata: Record<string, unknown> | null;

  @Column({ type: 'timestamptz', default: () => 'now()' })
  createdAt: Date;

  /** Moves when the same registration is sent again. */
  @Column({ type: 'timestamptz', default: () => 'now()' })
  registeredAt: Date;

  /** When it last registered or, to the day, asked for an authorization. */
  @Column({ type: 'timestamptz', default: () => 'now()' })
  lastUsedAt: Date;

  /** Set when the client expired for want of use. The row stays, so that the answer stays `invalid_client`. */
  @Column({ type: 'timestamptz', nullable: true })
  tombstonedAt: Date | null;
}
