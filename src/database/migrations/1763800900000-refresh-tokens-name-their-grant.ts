import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A refresh token says which grant it is of, so the table of them goes; the grant, whose id is now random, says until when
 * its live one may be used (docs/decisions/0010). A replica from before cannot work beside it.
 *
 * Refresh tokens and codes from before do not name their grant: whoever presents one signs in again. Back again, the live
 * refresh tokens of either kind go on.
 */
export class RefreshTokensNameTheirGrant1763800900000 implements MigrationInterface {
  name = 'RefreshTokensNameTheirGrant1763800900000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE grants ALTER COLUMN id DROP IDENTITY, ADD COLUMN refresh_token_expires_at timestamptz`,
    );
    await runner.query(`
      UPDATE grants g SET refresh_token_expires_at = t.expires_at FROM refresh_tokens t WHERE t.hash = g.refresh_token_hash`);
    await runner.query(`ALTER TABLE access_tokens ADD COLUMN created_at timestamptz NOT NULL DEFAULT now()`);
    // Not from the start: a default that differs from row to row would write the whole table anew.
    await runner.query(`ALTER TABLE access_tokens ALTER COLUMN created_at SET DEFAULT clock_timestamp()`);
    await runner.query(`
      CREATE TRIGGER tr_access_tokens_ended AFTER UPDATE OF expires_at ON access_tokens FOR EACH ROW
      WHEN (OLD.expires_at > now() AND NEW.expires_at = now()) EXECUTE FUNCTION notify_revocation()`);
    await runner.query(`
      DELETE FROM authorization_codes k USING grants g WHERE g.id = k.grant_id AND g.last_used_at IS NULL`);
    await runner.query(`DROP TABLE refresh_tokens`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE refresh_tokens (
        hash bytea NOT NULL,
        grant_id bigint NOT NULL,
        expires_at timestamptz NOT NULL,
        scopes text[],
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT pk_refresh_tokens PRIMARY KEY (hash)
      )`);
    await runner.query(`
      INSERT INTO refresh_tokens (hash, grant_id, expires_at)
      SELECT refresh_token_hash, id, refresh_token_expires_at FROM grants WHERE refresh_token_expires_at IS NOT NULL`);
    await runner.query(`DROP TRIGGER tr_access_tokens_ended ON access_tokens`);
    await runner.query(`ALTER TABLE access_tokens DROP COLUMN created_at`);
    await runner.query(`ALTER TABLE grants DROP COLUMN refresh_token_expires_at`);
    // Random ids are beyond what was counted before.
    const [{ start }] = await runner.query(
      'SELECT coalesce(max(id), 0) + 1 AS start FROM grants WHERE id < (1::bigint << 40)',
    );
    await runner.query(
      `ALTER TABLE grants ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (START WITH ${start})`,
    );
  }
}
