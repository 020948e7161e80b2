/** A table that holds sealed values. The names become SQL: constants only. */
export interface SealedTable {
  readonly table: string;
  /** Its primary key: one column of type text. */
  readonly row: string;
  /** The column of the workspace that the values are bound to; undefined: to none, which is sealed as ''. */
  readonly workspace: string | undefined;
  /** The sealed columns. Null values are left alone. */
  readonly columns: readonly string[];
}

/**
 * Everything that is sealed, but for what ends by itself within minutes. Whoever adds a sealed column adds it here:
 * what is not here keeps its old key for ever.
 */
export const SEALED_TABLES: readonly SealedTable[] = [
  { table: 'oauth_apps', row: 'id', workspace: 'workspace_id', columns: ['client_secret_sealed'] },
  {
    table: 'provider_consents',
    row: 'id',
    workspace: 'workspace_id',
    columns: ['access_token_sealed', 'refresh_token_sealed'],
  },
  {
    table: 'accounts',
    row: 'id',
    workspace: 'workspace_id',
    columns: ['access_token_sealed', 'choices_sealed'],
  },
];

/**
 * Re-sealed when nothing else is left under an old key: until then it keeps a server whose ring lacks that key from
 * starting.
 */
export const SEALED_CANARY: SealedTable = {
  table: 'key_canaries',
  row: 'id',
  workspace: undefined,
  columns: ['sealed'],
};
