import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The audit log. Read on from an id, within a workspace or not, and by time; rows come in the order of their time, so a
 * block range index does for that. Rows never change, so nothing is left free for it.
 */
export class AuditLog1763800700000 implements MigrationInterface {
  name = 'AuditLog1763800700000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE audit_events (
        id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
        at timestamptz NOT NULL,
        event text NOT NULL,
        outcome text NOT NULL,
        actor_kind text NOT NULL,
        actor_id text,
        workspace_id text,
        subject jsonb NOT NULL,
        address text,
        user_agent text,
        request_id text,
        CONSTRAINT pk_audit_events PRIMARY KEY (id)
      )`);
    await runner.query(`CREATE INDEX ix_audit_events_workspace_id ON audit_events (workspace_id, id)`);
    await runner.query(`CREATE INDEX ix_audit_events_at ON audit_events USING brin (at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE audit_events`);
  }
}
