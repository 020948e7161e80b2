import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The grants of one client are found by an index, which no refresh writes. It is built beside those who write grants,
 * which PostgreSQL does outside of a transaction only; what an attempt that broke off left behind goes first.
 */
export class GrantsByClient1763800650000 implements MigrationInterface {
  name = 'GrantsByClient1763800650000';
  transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS ix_grants_client_id`);
    await runner.query(`CREATE INDEX CONCURRENTLY ix_grants_client_id ON grants (client_id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX ix_grants_client_id`);
  }
}
