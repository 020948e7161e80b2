import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Codes and tokens become rows that are written once; what changes is the grant alone. That saves each exchange and each
 * refresh an UPDATE, and the largest table all its dead rows. A replica from before cannot work beside it.
 *
 * Of the tokens that are there, nobody knows any more when they were rotated: they count as new as this, so that for the
 * length of the grace a retry is taken for what it is.
 */
export class GrantsHoldTheLiveToken1763800800000 implements MigrationInterface {
  name = 'GrantsHoldTheLiveToken1763800800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE grants ADD COLUMN refresh_token_hash bytea`);
    await runner.query(`
      UPDATE grants g SET refresh_token_hash = t.hash FROM refresh_tokens t WHERE t.grant_id = g.id AND t.uses = 0`);
    await runner.query(`
      ALTER TABLE refresh_tokens
        DROP COLUMN client_id, DROP COLUMN uses, DROP COLUMN rotated_at, DROP COLUMN rotated_kid,
        DROP COLUMN rotated_scopes, ADD COLUMN scopes text[],
        ADD COLUMN created_at timestamptz NOT NULL DEFAULT now()`);
    await runner.query(`ALTER TABLE refresh_tokens RESET (fillfactor)`);
    await runner.query(`ALTER TABLE authorization_codes DROP COLUMN client_id, DROP COLUMN uses`);
    await runner.query(`ALTER TABLE authorization_codes RESET (fillfactor)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE authorization_codes ADD COLUMN client_id text, ADD COLUMN uses integer NOT NULL DEFAULT 0`);
    await runner.query(`
      UPDATE authorization_codes k SET client_id = g.client_id, uses = (g.last_used_at IS NOT NULL)::int
      FROM grants g WHERE g.id = k.grant_id`);
    await runner.query(`DELETE FROM authorization_codes WHERE client_id IS NULL`);
    await runner.query(`ALTER TABLE authorization_codes ALTER COLUMN client_id SET NOT NULL`);
    await runner.query(`ALTER TABLE authorization_codes SET (fillfactor = 80)`);
    await runner.query(`
      ALTER TABLE refresh_tokens DROP COLUMN created_at, DROP COLUMN scopes,
        ADD COLUMN client_id text, ADD COLUMN uses integer NOT NULL DEFAULT 0, ADD COLUMN rotated_at timestamptz,
        ADD COLUMN rotated_kid text, ADD COLUMN rotated_scopes text[]`);
    await runner.query(`
      UPDATE refresh_tokens t SET client_id = g.client_id, uses = (g.refresh_token_hash IS DISTINCT FROM t.hash)::int,
        rotated_at = CASE WHEN g.refresh_token_hash IS DISTINCT FROM t.hash THEN '-infinity'::timestamptz END
      FROM grants g WHERE g.id = t.grant_id`);
    await runner.query(`DELETE FROM refresh_tokens WHERE client_id IS NULL`);
    await runner.query(`ALTER TABLE refresh_tokens ALTER COLUMN client_id SET NOT NULL`);
    await runner.query(`ALTER TABLE refresh_tokens SET (fillfactor = 80)`);
    await runner.query(`ALTER TABLE grants DROP COLUMN refresh_token_hash`);
  }
}
