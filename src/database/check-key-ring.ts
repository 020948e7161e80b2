import type { DataSource } from 'typeorm';
import { ConfigError } from '../config/config-error.js';
import { CannotOpenError, type SecretBox } from '../common/crypto/secret-box.js';
import { KeyCanary } from './key-canary.entity.js';

const PLACE = { table: 'key_canaries', row: 'ring', column: 'sealed', workspace: '' };
const KNOWN = 'swingdoor';

/**
 * Proves at start that the key ring belongs to this database. The first start seals the canary.
 *
 * @throws ConfigError where no key of the ring opens it
 */
export async function checkKeyRing(dataSource: DataSource, box: SecretBox): Promise<void> {
  const canaries = dataSource.getRepository(KeyCanary);
  await canaries.createQueryBuilder().insert().values(newCanary(box)).orIgnore().execute();
  const canary = await canaries.findOneByOrFail({ id: PLACE.row });
  if (!opensCanary(canary, box)) {
    const reason = 'cannot open what this database holds: add the key it was sealed with to the ring';
    throw new ConfigError([{ variable: 'ENCRYPTION_KEYS', reason }]);
  }
}

/** The row that proves a ring: a known value under the active key. */
export function newCanary(box: SecretBox): KeyCanary {
  return { id: PLACE.row, sealed: box.seal(KNOWN, PLACE) };
}

function opensCanary({ sealed }: KeyCanary, box: SecretBox): boolean {
  try {
    return box.open(sealed, PLACE) === KNOWN;
  } catch (error) {
    if (!(error instanceof CannotOpenError)) throw error;
    return false;
  }
}
