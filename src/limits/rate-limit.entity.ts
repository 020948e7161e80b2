import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A shared counter. Names and types are those that rate-limiter-flexible writes, in its order. */
@Entity('rate_limits')
export class RateLimit {
  /** The limit, a colon, and whom it counts. */
  @PrimaryColumn({ type: 'text' })
  key: string;

  /** Uses in the current window. */
  @Column({ type: 'integer', default: 0 })
  points: number;

  /** When the window ends, in milliseconds since 1970. */
  @Column({ type: 'bigint', nullable: true })
  expire: string | null;
}
