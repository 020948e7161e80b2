import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import type { AuditSubject } from './audit-catalogue.js';

/** Who did what to what, from where. Only ever added, and taken away when it is old. */
@Entity('audit_events')
@Index('ix_audit_events_workspace_id', ['workspaceId', 'id'])
@Index('ix_audit_events_at', ['at'], { type: 'brin' })
export class AuditEvent {
  /** In the order in which events became visible. */
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'pk_audit_events',
  })
  id: string;

  @Column({ type: 'timestamptz' })
  at: Date;

  /** A name of the catalogue, or of an older one. */
  @Column({ type: 'text' })
  event: string;

  @Column({ type: 'text' })
  outcome: string;

  @Column({ type: 'text' })
  actorKind: string;

  @Column({ type: 'text', nullable: true })
  actorId: string | null;

  @Column({ type: 'text', nullable: true })
  workspaceId: string | null;

  @Column({ type: 'jsonb' })
  subject: Omit<AuditSubject, 'workspace_id'>;

  @Column({ type: 'text', nullable: true })
  address: string | null;

  @Column({ type: 'text', nullable: true })
  userAgent: string | null;

  @Column({ type: 'text', nullable: true })
  requestId: string | null;
}
