import { countOldSeals, type Resealing, resealTable } from './reseal.js';
import { SEALED_CANARY, SEALED_TABLES } from './sealed-tables.js';

/** What is still sealed under a key that is not the active one. */
export interface LeftUnderOldKey {
  readonly table: string;
  readonly kid: string;
  readonly values: number;
}

/** Seconds for which a sign-in at a provider may be under way; its state is signed with the key that was first. */
const SIGN_IN_SECONDS = 600;

/**
 * Seals everything under the active key; see {@link resealTable}. The canary comes last, and only when nothing else is
 * left: until then no server starts without the old key.
 *
 * @returns what is left; empty where the old keys may go
 */
export async function rotateKeys(resealing: Resealing): Promise<LeftUnderOldKey[]> {
  for (const table of SEALED_TABLES) {
    const unopened = await resealTable(table, resealing);
    const left = await countOldSeals([table], resealing);
    // Somebody was changing these; whoever changes them with an old ring will still be left.
    if (left.reduce((sum, { values }) => sum + values, 0) > unopened) await resealTable(table, resealing);
  }
  if ((await countOldSeals(SEALED_TABLES, resealing)).length === 0)
    await resealTable(SEALED_CANARY, resealing);
  return countOldSeals([...SEALED_TABLES, SEALED_CANARY], resealing);
}

/**
 * What to tell the operator at the end.
 *
 * @param left what {@link rotateKeys} returned
 * @param kids the ring, active key first
 * @param refreshGrace `REFRESH_GRACE` in seconds: for so long a repeated refresh is answered with the key that
 *   answered it first
 * @returns lines
 */
export function describeRotation(
  left: readonly LeftUnderOldKey[],
  [active, ...old]: readonly string[],
  refreshGrace: number,
): string[] {
  if (left.length > 0) {
    const lines = [...new Set(left.map(({ kid }) => kid))].map((kid) => {
      const places = left.filter((entry) => entry.kid === kid);
      const missing = kid === active || old.includes(kid) ? '' : ' That key is not in ENCRYPTION_KEYS.';
      return `Still sealed under ${kid}: ${places.map(({ table, values }) => `${values} in ${table}`).join(', ')}.${missing}`;
    });
    return [...lines, `Keep these keys. Run this again when every server has ${active} first.`];
  }
  if (old.length === 0) return [`Everything is sealed under ${active}, the only key.`];
  return [
    `Nothing is sealed under old keys any more; you may drop them: ${old.join(', ')}.`,
    `First let ${active} be the first key of every server for ${Math.max(refreshGrace, SIGN_IN_SECONDS)} seconds: ` +
      'repeated refreshes (REFRESH_GRACE) and sign-ins under way need the key that they began with.',
  ];
}
