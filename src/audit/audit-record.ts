import type { FastifyRequest } from 'fastify';
import type { RequestWithPrincipal } from '../common/access/access.decorator.js';
import { redactText } from '../common/errors/redact-text.js';
import { type AuditActor, type AuditEventName, type AuditSubject, AUDIT_EVENTS } from './audit-catalogue.js';

/** What an event keeps of the request that caused it. */
export type AuditedRequest = Pick<FastifyRequest, 'id' | 'ip' | 'headers'> & RequestWithPrincipal;

/** An event on its way into the table. */
export interface AuditRecord {
  /** When it happened, by `performance.now()`: the database's clock turns the age into a time. */
  readonly happened: number;
  readonly event: AuditEventName;
  readonly outcome: 'success' | 'refused';
  readonly actor: AuditActor;
  readonly workspaceId: string | null;
  readonly subject: Omit<AuditSubject, 'workspace_id'>;
  readonly address: string | null;
  readonly userAgent: string | null;
  readonly requestId: string | null;
}

/** Characters of a user agent that are kept. */
const USER_AGENT_LENGTH = 256;

/**
 * Puts an event together.
 *
 * @param request undefined where no request caused it
 * @param subject what it was done to; the caller's own workspace unless it names one
 * @param actor whoever the access guard let in, unless told
 */
export function auditRecord(
  event: AuditEventName,
  request: AuditedRequest | undefined,
  { workspace_id: workspace, ...subject }: AuditSubject,
  actor?: AuditActor,
): AuditRecord {
  const principal = request?.principal;
  const own = principal && 'workspaceId' in principal ? principal.workspaceId : null;
  return {
    happened: performance.now(),
    event,
    outcome: AUDIT_EVENTS[event].outcome,
    actor: actor ?? actorOf(request),
    workspaceId: workspace ?? own,
    // An app acts for somebody.
    subject: principal?.kind === 'bearer' ? { user_id: principal.userId, ...subject } : subject,
    address: request?.ip ?? null,
    userAgent: harmless(request?.headers['user-agent']),
    requestId: request?.id ?? null,
  };
}

function actorOf(request: AuditedRequest | undefined): AuditActor {
  const principal = request?.principal;
  switch (principal?.kind) {
    case 'dashboard':
      return { kind: 'user', id: principal.userId };
    case 'bearer':
      return { kind: 'app', id: principal.clientId };
    case 'resource-server':
      return { kind: 'service', id: principal.id };
    default:
      return { kind: request ? 'anonymous' : 'system' };
  }
}

/** A stranger chose it: no control characters, no end of it beyond reason, and no credential that was put there. */
function harmless(userAgent: string | undefined): string | null {
  if (userAgent === undefined) return null;
  return redactText(userAgent)
    .replace(/[^\x20-\x7e\xa0-\xff]/g, '?')
    .slice(0, USER_AGENT_LENGTH);
}
