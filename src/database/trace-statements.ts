import type { Pool } from 'pg';
import { isTracing, traced } from '../common/spans/traced.js';

type Query = (...values: unknown[]) => Promise<unknown>;

/**
 * Gives every prepared statement of a pool a span of its name; what has no name has no span. Its values are secrets, and
 * its text is in the source.
 *
 * @param pool is changed where anything is traced, and left alone where not
 */
export function traceStatements(pool: Pool): void {
  if (!isTracing()) return;
  const query = pool.query.bind(pool) as Query;
  const traceNamed: Query = (statement, ...rest) => {
    const { name } = statement as { name?: string };
    if (name === undefined) return query(statement, ...rest);
    const attributes = { 'db.system.name': 'postgresql', 'db.query.summary': name };
    return traced({ name, attributes }, () => query(statement, ...rest));
  };
  pool.query = traceNamed as Pool['query'];
}
