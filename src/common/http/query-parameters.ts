import type { FastifyRequest } from 'fastify';
import { type Parameters, parseParameters } from './parameters.js';

/** What the query parser leaves where the query cannot be decoded. */
export const MALFORMED_QUERY = Symbol('malformed query');

/** Route configuration for a handler that has an answer of its own to a {@link MALFORMED_QUERY}: it sees no parameters. */
export const TAKES_MALFORMED_QUERY = { takesMalformedQuery: true } as const;

/** A query as handlers see it: one value as text, several as a list. */
export type ParsedQuery = Record<string, string | string[]> & { [MALFORMED_QUERY]?: true };

/**
 * Fastify's query parser. It must not throw, so what cannot be decoded is marked and refused by a hook.
 *
 * @param encoded the query without `?`
 */
export function parseQuery(encoded: string): ParsedQuery {
  const query = Object.create(null) as ParsedQuery;
  const parameters = parseParameters(encoded);
  if (!parameters) query[MALFORMED_QUERY] = true;
  for (const [name, values] of parameters ?? []) query[name] = values.length === 1 ? values[0]! : [...values];
  return query;
}

/** The query of a request, every value in order. */
export function queryParameters(request: FastifyRequest): Parameters {
  const query = request.query as ParsedQuery;
  return new Map(
    Object.entries(query).map(([name, value]) => [name, typeof value === 'string' ? [value] : value]),
  );
}
