import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Clients expire by use: those that are there count as used now. What else expires needs nothing: it is found by
 * walking.
 */
export class Reaping1763800600000 implements MigrationInterface {
  name = 'Reaping1763800600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE clients ADD COLUMN last_used_at timestamptz NOT NULL DEFAULT now()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE clients DROP COLUMN last_used_at`);
  }
}
