import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Clients expire by use: those that are there count as used now, and the grants of one client are found by an index,
 * which no refresh writes. What else expires needs no index: it is found by walking.
 */
export class Reaping1763800600000 implements MigrationInterface {
  name = 'Reaping1763800600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE clients ADD COLUMN last_used_at timestamptz NOT NULL DEFAULT now()`);
    await runner.query(`CREATE INDEX ix_grants_client_id ON grants (client_id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX ix_grants_client_id`);
    await runner.query(`ALTER TABLE clients DROP COLUMN last_used_at`);
  }
}
