import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The OAuth apps of workspaces. `uq_oauth_apps_default` allows one default per workspace and provider. */
export class OAuthApps1763800100000 implements MigrationInterface {
  name = 'OAuthApps1763800100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE oauth_apps (
        id text NOT NULL,
        workspace_id text NOT NULL,
        provider text NOT NULL,
        name text NOT NULL,
        client_id text NOT NULL,
        client_secret_sealed text NOT NULL,
        client_secret_last4 text NOT NULL,
        options jsonb,
        is_default boolean NOT NULL,
        verification text NOT NULL,
        verification_hint text,
        verified_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT pk_oauth_apps PRIMARY KEY (id)
      )`);
    await runner.query(`CREATE INDEX ix_oauth_apps_workspace_id ON oauth_apps (workspace_id, provider)`);
    await runner.query(
      `CREATE UNIQUE INDEX uq_oauth_apps_default ON oauth_apps (workspace_id, provider) WHERE is_default`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE oauth_apps`);
  }
}
