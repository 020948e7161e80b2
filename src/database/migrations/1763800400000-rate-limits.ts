import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The counters of rate limits, which replicas share. UNLOGGED: a count writes no WAL and its commit waits for no disk;
 * a crash of PostgreSQL or a switch to a standby forgets the counts, and nothing else hangs on them. Nothing but the
 * key is looked for, and `fillfactor` leaves room to count in place.
 */
export class RateLimits1763800400000 implements MigrationInterface {
  name = 'RateLimits1763800400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE UNLOGGED TABLE rate_limits (
        key text NOT NULL,
        points integer NOT NULL DEFAULT 0,
        expire bigint,
        CONSTRAINT pk_rate_limits PRIMARY KEY (key)
      ) WITH (fillfactor = 70)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE rate_limits`);
  }
}
