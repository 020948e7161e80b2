import type { Config } from '../config/config.js';

/**
 * Which database a configuration means, in words for its operator.
 *
 * @returns `embedded in <DATA_DIR>`, or host and database of DATABASE_URL: never its credentials or parameters
 */
export function nameDatabase({ databaseUrl, dataDir }: Pick<Config, 'databaseUrl' | 'dataDir'>): string {
  if (!databaseUrl) return `embedded in ${dataDir}`;
  const { host, pathname, searchParams } = new URL(databaseUrl);
  const socket = searchParams.get('host') ?? decodeURIComponent(host);
  // Of a password with a slash, which should have been encoded, one half counts as port and the other as path.
  if (pathname.includes('@')) return 'DATABASE_URL';
  return `${socket || 'localhost'}${decodeURIComponent(pathname)}`;
}
