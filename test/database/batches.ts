/** `application_name` of the lanes. */
export const APPLICATION = 'batches';
/** Where the log of PostgreSQL ended when the row was written: its commit lies beyond. */
export const INSERT = 'INSERT INTO t (id) VALUES ($1) RETURNING id, pg_current_wal_insert_lsn() AS written';
/** Writes a row. */
export const insert = (id: number) => ({ name: 'insert', text: INSERT, values: [id] });
/** Reads. */
export const count = { name: 'count', text: 'SELECT count(*)::int AS n FROM t', values: [] };
/** Changes a row. */
export const touch = (id: number) => ({
  name: 'touch',
  text: 'UPDATE t SET touched = true WHERE id = $1',
  values: [id],
});

/** Of the lanes, as the server has it. */
export const clientOf = (connectionString: string) => ({
  connectionString,
  application_name: APPLICATION,
  lock_timeout: 50,
  connectionTimeoutMillis: 5_000,
});
/** Numbers, one each. */
export const range = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => from + n);
