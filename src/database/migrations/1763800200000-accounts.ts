import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Connected accounts and the consents that they live on. The foreign key to `oauth_apps` keeps an app from being deleted
 * while an account needs it.
 */
export class Accounts1763800200000 implements MigrationInterface {
  name = 'Accounts1763800200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE provider_consents (
        id text NOT NULL,
        workspace_id text NOT NULL,
        provider text NOT NULL,
        oauth_app_id text NOT NULL,
        own_oauth_app_id text,
        client_id text NOT NULL,
        person_id text NOT NULL,
        other_ids jsonb NOT NULL,
        access_token_sealed text NOT NULL,
        refresh_token_sealed text,
        scopes text[] NOT NULL,
        missing_scopes text[] NOT NULL,
        token_issued_at timestamptz NOT NULL,
        expires_at timestamptz,
        next_check_at timestamptz,
        refresh_failures int NOT NULL DEFAULT 0,
        failed_at timestamptz,
        retry_at timestamptz,
        last_error text,
        reason text,
        version int NOT NULL DEFAULT 1,
        CONSTRAINT pk_provider_consents PRIMARY KEY (id),
        CONSTRAINT fk_provider_consents_own_oauth_app_id FOREIGN KEY (own_oauth_app_id) REFERENCES oauth_apps (id)
      )`);
    await runner.query(`
      CREATE UNIQUE INDEX uq_provider_consents
      ON provider_consents (provider, person_id, oauth_app_id, workspace_id)`);
    await runner.query(`
      CREATE INDEX ix_provider_consents_next_check_at
      ON provider_consents (next_check_at) WHERE next_check_at IS NOT NULL`);
    await runner.query(`
      CREATE INDEX ix_provider_consents_own_oauth_app_id ON provider_consents (own_oauth_app_id)`);
    await runner.query(`
      CREATE TABLE renewal_marks (
        consent_id text NOT NULL,
        version int NOT NULL,
        renewing_by text NOT NULL,
        renewing_until timestamptz NOT NULL,
        CONSTRAINT pk_renewal_marks PRIMARY KEY (consent_id),
        CONSTRAINT fk_renewal_marks_consent_id FOREIGN KEY (consent_id)
          REFERENCES provider_consents (id) ON DELETE CASCADE
      )`);
    await runner.query(`
      CREATE TABLE accounts (
        id text NOT NULL,
        workspace_id text NOT NULL,
        user_id text NOT NULL,
        provider text NOT NULL,
        oauth_app_id text NOT NULL,
        consent_id text,
        external_id text,
        username text,
        display_name text,
        avatar_url text,
        status text NOT NULL,
        reason text,
        access_token_sealed text,
        choices_sealed text,
        created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        connected_at timestamptz,
        disconnected_at timestamptz,
        CONSTRAINT pk_accounts PRIMARY KEY (id),
        CONSTRAINT uq_accounts_external_id UNIQUE (workspace_id, provider, external_id),
        CONSTRAINT fk_accounts_consent_id FOREIGN KEY (consent_id) REFERENCES provider_consents (id)
      )`);
    await runner.query(`CREATE INDEX ix_accounts_workspace_id ON accounts (workspace_id, created_at, id)`);
    await runner.query(`CREATE INDEX ix_accounts_consent_id ON accounts (consent_id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE accounts`);
    await runner.query(`DROP TABLE renewal_marks`);
    await runner.query(`DROP TABLE provider_consents`);
  }
}
