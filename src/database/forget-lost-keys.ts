import type { DataSource } from 'typeorm';
import { CannotOpenError, type SealedPlace, type SecretBox } from '../common/crypto/secret-box.js';
import { newCanary } from './check-key-ring.js';
import { KeyCanary } from './key-canary.entity.js';
import { SEALED_CANARY, SEALED_TABLES } from './sealed-tables.js';

/** Rows of one transaction. */
const BATCH = 500;

const SECRET_LOST = 'The key that sealed this secret was lost. Enter the secret again.';

/** What is needed to let go of what nobody can open. */
export interface Forgetting {
  readonly dataSource: DataSource;
  readonly box: SecretBox;
  /** The keys that are left. */
  readonly kids: readonly string[];
  /** Takes one line for people. */
  readonly report: (line: string) => void;
}

/** How many rows hold something that none of the keys opens. */
export interface Losses {
  readonly oauthApps: number;
  readonly accounts: number;
}

/** Whether a column is sealed under a key that is not in $1. The key id is the envelope's second part. */
const isLost = (column: string) => `split_part(${column}, '.', 2) <> ALL ($1)`;

const LOST_CONSENT = `(${isLost('access_token_sealed')} OR ${isLost('refresh_token_sealed')})`;
const LOST_ACCOUNT = `status <> 'disconnected' AND reason IS DISTINCT FROM 'key_lost'
  AND (${isLost('access_token_sealed')} OR ${isLost('choices_sealed')}
  OR consent_id IN (SELECT id FROM provider_consents WHERE ${LOST_CONSENT} OR reason = 'key_lost'))`;

/**
 * Whether a key of the ring bears the name of a lost one without being it. Then no envelope tells which key it wants.
 *
 * @returns the name; undefined where there is none
 */
export async function findImpostor({
  dataSource,
  box,
  kids,
}: Pick<Forgetting, 'dataSource' | 'box' | 'kids'>): Promise<string | undefined> {
  for (const { table, row, workspace, columns } of [...SEALED_TABLES, SEALED_CANARY]) {
    for (const column of columns) {
      const samples = await dataSource.query<Sample[]>(
        `SELECT DISTINCT ON (1) split_part(${column}, '.', 2) AS kid, ${row} AS row,
           ${workspace ?? "''"} AS workspace, ${column} AS sealed
         FROM ${table} WHERE split_part(${column}, '.', 2) = ANY ($1)`,
        [kids],
      );
      const impostor = samples.find((sample) => !opens(box, sample.sealed, { table, column, ...sample }));
      if (impostor) return impostor.kid;
    }
  }
  return undefined;
}

/** A value that was sealed under a key, and where. */
interface Sample {
  readonly kid: string;
  readonly row: string;
  readonly workspace: string;
  readonly sealed: string;
}

function opens(box: SecretBox, sealed: string, { table, row, column, workspace }: SealedPlace): boolean {
  try {
    box.open(sealed, { table, row, column, workspace });
    return true;
  } catch (error) {
    if (!(error instanceof CannotOpenError)) throw error;
    return false;
  }
}

/**
 * Counts what {@link forgetLostKeys} would give up, and changes nothing.
 *
 * @returns rows, of all workspaces
 */
export async function countLosses({
  dataSource,
  kids,
}: Pick<Forgetting, 'dataSource' | 'kids'>): Promise<Losses> {
  const [losses] = await dataSource.query<Losses[]>(
    `SELECT (SELECT count(*)::int FROM oauth_apps WHERE ${isLost('client_secret_sealed')}) AS "oauthApps",
       (SELECT count(*)::int FROM accounts WHERE ${LOST_ACCOUNT}) AS accounts`,
    [kids],
  );
  return losses!;
}

/**
 * Gives up what was sealed under keys that are gone, so that a server can start without them: apps ask for their secret
 * again, accounts for their user (`needs_reconnect`, `key_lost`), and whoever was choosing a Page begins again. What is
 * only compared (tokens and secrets of our own clients) is hashed and stays. What somebody entered anew meanwhile stays as
 * well. The canary comes last: an interrupted run is begun again.
 */
export async function forgetLostKeys(forgetting: Forgetting): Promise<void> {
  const { dataSource, box, report } = forgetting;
  const apps = await replaceInBatches(forgetting, 'oauth_apps', isLost('client_secret_sealed'), {
    column: 'client_secret_sealed',
    set: `client_secret_last4 = '', verification = 'failed', verified_at = NULL, verification_hint = '${SECRET_LOST}'`,
  });
  report(`oauth_apps: ${apps} ask for their secret`);
  const consents = await replaceInBatches(forgetting, 'provider_consents', LOST_CONSENT, {
    column: 'access_token_sealed',
    set: `refresh_token_sealed = NULL, reason = 'key_lost', next_check_at = NULL, version = version + 1`,
  });
  report(`provider_consents: ${consents} ended`);
  await forgetAccounts(forgetting);
  await dataSource.getRepository(KeyCanary).save(newCanary(box));
}

/** Puts an envelope around nothing where one was lost, so that everything that reads it finds an envelope. */
async function replaceInBatches(
  { dataSource, box, kids }: Forgetting,
  table: string,
  lost: string,
  { column, set }: { column: string; set: string },
): Promise<number> {
  for (let done = 0; ;) {
    const rows = await dataSource.query<{ id: string; workspace: string }[]>(
      `SELECT id, workspace_id AS workspace FROM ${table} WHERE ${lost} LIMIT ${BATCH}`,
      [kids],
    );
    if (rows.length === 0) return done;
    const sealed = rows.map(({ id, workspace }) => box.seal('', { table, row: id, column, workspace }));
    await dataSource.query(
      `UPDATE ${table} t SET ${column} = batch.sealed, ${set}
       FROM unnest($2::text[], $3::text[]) AS batch (id, sealed) WHERE t.id = batch.id AND ${lost}`,
      [kids, rows.map(({ id }) => id), sealed],
    );
    done += rows.length;
  }
}

/**
 * An account's own token becomes an empty one, never none: none would mean that it uses its consent's, and whose token
 * that is, is another matter.
 */
async function forgetAccounts(forgetting: Forgetting): Promise<void> {
  const { dataSource, kids, report } = forgetting;
  const set = `status = 'needs_reconnect', reason = 'key_lost'`;
  const begun = await dataSource.query<[unknown[], number]>(
    `DELETE FROM accounts WHERE status = 'pending_selection' AND ${LOST_ACCOUNT}`,
    [kids],
  );
  const [, ended] = await dataSource.query<[unknown[], number]>(
    `UPDATE accounts SET ${set} WHERE ${LOST_ACCOUNT}`,
    [kids],
  );
  await replaceInBatches(forgetting, 'accounts', isLost('access_token_sealed'), {
    column: 'access_token_sealed',
    set,
  });
  report(`accounts: ${ended} need their user, ${begun[1]} choices are to be made again`);
}
