import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Clients, authorization requests, grants, codes and tokens. The token path has no foreign keys: every row is
 * written by a statement that read its grant, and the check would lock the grant's row at each refresh.
 * `fillfactor` leaves room for in-page updates of what is updated once or often.
 */
export class TheWayIn1763800000000 implements MigrationInterface {
  name = 'TheWayIn1763800000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE clients (
        id text NOT NULL,
        secret_hash bytea,
        token_endpoint_auth_method text NOT NULL,
        redirect_uris text[] NOT NULL,
        grant_types text[] NOT NULL,
        name text,
        client_uri text,
        logo_uri text,
        scopes text[],
        other_metadata jsonb,
        created_at timestamptz NOT NULL DEFAULT now(),
        registered_at timestamptz NOT NULL DEFAULT now(),
        tombstoned_at timestamptz,
        CONSTRAINT pk_clients PRIMARY KEY (id)
      )`);
    await runner.query(`
      CREATE TABLE authorization_requests (
        id_hash bytea NOT NULL,
        client_id text NOT NULL,
        redirect_uri text NOT NULL,
        scopes text[] NOT NULL,
        resources text[],
        audiences text[],
        state text,
        code_challenge text NOT NULL,
        expires_at timestamptz NOT NULL,
        user_id text,
        workspace_id text,
        decided_at timestamptz,
        CONSTRAINT pk_authorization_requests PRIMARY KEY (id_hash)
      ) WITH (fillfactor = 70)`);
    await runner.query(`
      CREATE TABLE grants (
        id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
        client_id text NOT NULL,
        user_id text NOT NULL,
        workspace_id text NOT NULL,
        scopes text[] NOT NULL,
        resources text[],
        audiences text[],
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz,
        last_used_at timestamptz,
        revoked_at timestamptz,
        CONSTRAINT pk_grants PRIMARY KEY (id)
      ) WITH (fillfactor = 70)`);
    await runner.query(`CREATE INDEX ix_grants_user_id ON grants (user_id) WHERE revoked_at IS NULL`);
    await runner.query(
      `CREATE INDEX ix_grants_workspace_id ON grants (workspace_id) WHERE revoked_at IS NULL`,
    );
    await runner.query(`
      CREATE TABLE authorization_codes (
        hash bytea NOT NULL,
        grant_id bigint NOT NULL,
        client_id text NOT NULL,
        redirect_uri text NOT NULL,
        code_challenge text NOT NULL,
        expires_at timestamptz NOT NULL,
        uses integer NOT NULL DEFAULT 0,
        CONSTRAINT pk_authorization_codes PRIMARY KEY (hash)
      ) WITH (fillfactor = 80)`);
    await runner.query(`
      CREATE TABLE access_tokens (
        hash bytea NOT NULL,
        grant_id bigint NOT NULL,
        scopes text[],
        resources text[],
        expires_at timestamptz NOT NULL,
        CONSTRAINT pk_access_tokens PRIMARY KEY (hash)
      )`);
    await runner.query(`
      CREATE TABLE refresh_tokens (
        hash bytea NOT NULL,
        grant_id bigint NOT NULL,
        client_id text NOT NULL,
        expires_at timestamptz NOT NULL,
        uses integer NOT NULL DEFAULT 0,
        rotated_at timestamptz,
        rotated_kid text,
        rotated_scopes text[],
        CONSTRAINT pk_refresh_tokens PRIMARY KEY (hash)
      ) WITH (fillfactor = 80)`);
    await runner.query(`
      CREATE TABLE key_canaries (
        id text NOT NULL,
        sealed text NOT NULL,
        CONSTRAINT pk_key_canaries PRIMARY KEY (id)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `DROP TABLE key_canaries, refresh_tokens, access_tokens, authorization_codes, grants, authorization_requests, clients`,
    );
  }
}
