import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AppError } from '../common/errors/app-error.js';
import { AuditEvent } from './audit-event.entity.js';
import type { AuditEventPage, AuditEventView, ListAuditEventsQuery } from './audit-events.dto.js';

/** The largest `bigint`. */
const LAST_ID = 9_223_372_036_854_775_807n;

/** Lists events page by page. */
@Injectable()
export class ListAuditEvents {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * A page, oldest first. An event that is written while somebody pages comes last; none is left out or repeated.
   *
   * @throws AppError invalid_input for a cursor that is no id, or a time that is none
   */
  async run(query: ListAuditEventsQuery): Promise<AuditEventPage> {
    const { limit, event, workspace_id: workspaceId } = query;
    const since = timeOf('since', query.since);
    const until = timeOf('until', query.until);
    const select = this.dataSource
      .getRepository(AuditEvent)
      .createQueryBuilder('e')
      .where('e.id > :after', { after: idOf(query.cursor) });
    if (workspaceId !== undefined) select.andWhere('e.workspaceId = :workspaceId', { workspaceId });
    if (event !== undefined) select.andWhere('e.event = :event', { event });
    if (since) select.andWhere('e.at >= :since', { since });
    if (until) select.andWhere('e.at < :until', { until });
    // One more than asked for tells whether there is another page.
    const found = await select
      .orderBy('e.id')
      .limit(limit + 1)
      .getMany();
    const page = found.slice(0, limit);
    return { data: page.map(viewOf), next_cursor: found.length > limit ? page.at(-1)!.id : null };
  }
}

function viewOf({ id, at, event, outcome, ...row }: AuditEvent): AuditEventView {
  return {
    id,
    at: at.toISOString(),
    event,
    outcome,
    actor: { kind: row.actorKind, id: row.actorId },
    workspace_id: row.workspaceId,
    subject: { ...row.subject },
    address: row.address,
    user_agent: row.userAgent,
    request_id: row.requestId,
  };
}

function idOf(cursor = '0'): string {
  if (/^\d{1,19}$/.test(cursor) && BigInt(cursor) <= LAST_ID) return cursor;
  throw wrong('cursor', 'must be the id of an event');
}

/** RFC 3339 §5.6, with the upper-case letters that everybody writes. */
function timeOf(field: string, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;
  const time = new Date(text);
  if (form.test(text) && !Number.isNaN(time.getTime())) return time;
  throw wrong(field, 'must be a time such as 2026-11-22T14:00:00Z');
}

function wrong(field: string, message: string): AppError {
  return new AppError('invalid_input', `The query says no proper ${field}.`, {
    fields: [{ field, message }],
  });
}
