import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Sign-ins at providers, and results that wait for their user. Both end by themselves; nothing but their key is
 * looked for, so they have no index, and `fillfactor` leaves room for the two updates of a sign-in.
 */
export class ConnectFlow1763800300000 implements MigrationInterface {
  name = 'ConnectFlow1763800300000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE oauth_flows (
        id_hash bytea NOT NULL,
        workspace_id text NOT NULL,
        user_id text NOT NULL,
        provider text NOT NULL,
        oauth_app_id text NOT NULL,
        redirect_uri text NOT NULL,
        code_verifier_sealed text NOT NULL,
        browser_hash bytea NOT NULL,
        return_url text,
        reconnect_account_id text,
        expires_at timestamptz NOT NULL,
        consumed_at timestamptz,
        outcome text,
        CONSTRAINT pk_oauth_flows PRIMARY KEY (id_hash)
      ) WITH (fillfactor = 70)`);
    await runner.query(`
      CREATE TABLE pending_connections (
        token_hash bytea NOT NULL,
        workspace_id text NOT NULL,
        user_id text NOT NULL,
        result_sealed text,
        expires_at timestamptz NOT NULL,
        redeemed_at timestamptz,
        CONSTRAINT pk_pending_connections PRIMARY KEY (token_hash)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE pending_connections, oauth_flows`);
  }
}
