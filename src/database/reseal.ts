import type { DataSource } from 'typeorm';
import { CannotOpenError, type SecretBox } from '../common/crypto/secret-box.js';
import type { SealedTable } from './sealed-tables.js';

const BATCH = 500;

/** How a table is re-sealed. */
export interface Resealing {
  readonly dataSource: DataSource;
  readonly box: SecretBox;
  /** The key to seal under: the first of the ring. */
  readonly activeKid: string;
  /** Takes one line for people. */
  readonly report: (line: string) => void;
}

/** A sealed value and what will replace it. */
interface Replacement {
  readonly row: string;
  readonly old: string;
  readonly sealed: string;
}

/**
 * Seals a table's values anew under the active key, batch by batch, while servers use them. It may be interrupted at
 * any moment and begun again: each batch is one statement, and what is done is not looked at again. It never waits
 * for a lock, so that it cannot be part of a deadlock: what somebody else is changing is left for the next time.
 *
 * @param table what to look through
 * @returns how many values were left out because they cannot be opened; each is reported
 */
export async function resealTable(table: SealedTable, resealing: Resealing): Promise<number> {
  const { report } = resealing;
  const total = await countRows(table, resealing);
  let done = 0;
  let unopened = 0;
  for (let rows = await readBatch(table, '', resealing); rows.length > 0;) {
    for (const column of table.columns) {
      const { replacements, failed } = sealAnew(table, column, rows, resealing);
      await replace(table, column, replacements, resealing);
      unopened += failed;
    }
    done += rows.length;
    report(`${table.table}: ${done} of ${Math.max(total, done)}`);
    rows = await readBatch(table, rows.at(-1)!.row!, resealing);
  }
  return unopened;
}

/**
 * Counts what is still sealed under other keys than the active one.
 *
 * @param tables where to look
 * @returns `{table, kid, values}` of every pair that has any
 */
export async function countOldSeals(
  tables: readonly SealedTable[],
  { dataSource, activeKid }: Pick<Resealing, 'dataSource' | 'activeKid'>,
): Promise<{ table: string; kid: string; values: number }[]> {
  const counts = tables.flatMap(({ table, columns }) =>
    columns.map(async (column) => {
      const rows = await dataSource.query<{ kid: string; values: number }[]>(
        `SELECT split_part(${column}, '.', 2) AS kid, count(*)::int AS values FROM ${table}
         WHERE split_part(${column}, '.', 2) <> $1 GROUP BY 1 ORDER BY 1`,
        [activeKid],
      );
      return rows.map((row) => ({ table, ...row }));
    }),
  );
  return (await Promise.all(counts)).flat();
}

/** `row`, `workspace`, and each sealed column under its name. */
type SealedRow = Readonly<Record<string, string | null>>;

/** Of a row in which any column is sealed under another key. The key id is the envelope's second part. */
function isOld({ columns }: SealedTable): string {
  return `(${columns.map((column) => `split_part(${column}, '.', 2) <> $1`).join(' OR ')})`;
}

async function countRows(table: SealedTable, { dataSource, activeKid }: Resealing): Promise<number> {
  const [counted] = await dataSource.query<{ rows: number }[]>(
    `SELECT count(*)::int AS rows FROM ${table.table} WHERE ${isOld(table)}`,
    [activeKid],
  );
  return counted!.rows;
}

function readBatch(
  table: SealedTable,
  after: string,
  { dataSource, activeKid }: Resealing,
): Promise<SealedRow[]> {
  const { row, workspace, columns } = table;
  return dataSource.query<SealedRow[]>(
    `SELECT ${[`${row} AS row`, `${workspace ?? "''"} AS workspace`, ...columns].join(', ')} FROM ${table.table}
     WHERE ${row} > $2 AND ${isOld(table)} ORDER BY ${row} LIMIT ${BATCH}`,
    [activeKid, after],
  );
}

function sealAnew(
  { table }: SealedTable,
  column: string,
  rows: readonly SealedRow[],
  { box, report }: Resealing,
): { replacements: Replacement[]; failed: number } {
  const replacements: Replacement[] = [];
  let failed = 0;
  for (const { row, workspace, [column]: old } of rows) {
    if (!old || box.isCurrent(old)) continue;
    const place = { table, row: row!, column, workspace: workspace! };
    try {
      replacements.push({ row: row!, old, sealed: box.seal(box.open(old, place), place) });
    } catch (error) {
      if (!(error instanceof CannotOpenError)) throw error;
      failed += 1;
      report(`${table} ${row}, ${column}: ${error.message}`);
    }
  }
  return { replacements, failed };
}

/** Puts the new values where the old ones still are: a secret that was changed meanwhile is newer than ours. */
async function replace(
  { table, row }: SealedTable,
  column: string,
  replacements: readonly Replacement[],
  { dataSource }: Resealing,
): Promise<void> {
  if (replacements.length === 0) return;
  await dataSource.query(
    `WITH batch AS (SELECT * FROM unnest($1::text[], $2::text[], $3::text[]) AS b (id, old, sealed)),
     free AS (
       SELECT t.${row} AS id FROM ${table} t WHERE t.${row} = ANY ($1) FOR NO KEY UPDATE SKIP LOCKED
     )
     UPDATE ${table} t SET ${column} = batch.sealed FROM batch JOIN free USING (id)
     WHERE t.${row} = batch.id AND t.${column} = batch.old`,
    [
      replacements.map((replacement) => replacement.row),
      replacements.map(({ old }) => old),
      replacements.map(({ sealed }) => sealed),
    ],
  );
}
