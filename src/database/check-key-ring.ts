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
  await canaries
    .createQueryBuilder()
    .insert()
    .values({ id: PLACE.row, sealed: box.seal(KNOWN, PLACE) })
    .orIgnore()
    .execute();
  const { sealed } = await canaries.findOneByOrFail({ id: PLACE.row });
  try {
    box.open(sealed, PLACE);
  } catch (error) {
    if (!(error instanceof CannotOpenError)) throw error;
    const reason = 'cannot open what this database holds: add the key it was sealed with to the ring';
    throw new ConfigError([{ variable: 'ENCRYPTION_KEYS', reason }]);
  }
}
