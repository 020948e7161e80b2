import type { AuditEventName } from './audit-catalogue.js';

/**
 * Writers take turns, so that events become visible in the order of their ids: whoever reads on from the last id that
 * they saw misses none. Any constant will do, so long as nothing else in the database locks it.
 */
const TURN = 'SELECT pg_advisory_xact_lock(7326104590)';

/**
 * Writes events, oldest first. Arrays of one length: $1 age in seconds, $2 event, $3 outcome, $4 actor's kind, $5 actor's
 * id, $6 workspace, $7 subject, $8 address, $9 user agent, $10 request id
 */
export const WRITE_EVENTS = {
  name: 'audit_write',
  text: `
WITH turn AS (${TURN})
INSERT INTO audit_events
  (at, event, outcome, actor_kind, actor_id, workspace_id, subject, address, user_agent, request_id)
SELECT now() - make_interval(secs => age), event, outcome, actor_kind, actor_id, workspace_id, subject::jsonb, address,
  user_agent, request_id
FROM turn, unnest($1::float8[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
  $9::text[], $10::text[]) WITH ORDINALITY AS e (age, event, outcome, actor_kind, actor_id, workspace_id, subject,
  address, user_agent, request_id, n)
ORDER BY n`,
};

/**
 * For statements that change accounts by themselves: the INSERT that audits it, in the same commit.
 *
 * @param event what happened to each of them
 * @param accounts the name of a CTE with their id, workspace_id and provider
 * @returns SQL; both names are constants of ours
 */
export function auditAccounts(event: AuditEventName, accounts: string): string {
  return `
  INSERT INTO audit_events (at, event, outcome, actor_kind, workspace_id, subject)
  SELECT clock_timestamp(), '${event}', 'success', 'system', workspace_id,
    jsonb_build_object('account_id', id, 'provider', provider)
  FROM ${accounts}, (${TURN}) AS turn`;
}
