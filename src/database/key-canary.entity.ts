import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A known value sealed with the key ring: if it does not open, neither will anything else in this database. */
@Entity('key_canaries')
export class KeyCanary {
  @PrimaryColumn({ type: 'text' })
  id: string;

  @Column({ type: 'text' })
  sealed: string;
}
