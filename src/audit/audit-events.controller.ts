import { Controller, Get, Header, Headers, Query, Res } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Access, CurrentPrincipal, resourceServer } from '../common/access/access.decorator.js';
import type { ResourceServer } from '../common/access/principal.js';
import { ApiProblems } from '../common/errors/api-errors.decorator.js';
import { AppError } from '../common/errors/app-error.js';
import { AuditEventPage, AuditEventView, ListAuditEventsQuery } from './audit-events.dto.js';
import { ListAuditEvents } from './list-audit-events.service.js';

const LINES = 'application/x-ndjson';

/** The audit log, for the operator's own services. */
@ApiTags('Operator')
@ApiExtraModels(AuditEventPage, AuditEventView)
@Controller('/v1/audit-events')
export class AuditEventsController {
  constructor(private readonly listing: ListAuditEvents) {}

  /** Page by page, oldest first. An entry of RESOURCE_SERVERS that is bound to one resource may not look. */
  @Get('/')
  @Header('Cache-Control', 'no-store')
  @Access(resourceServer())
  @ApiOperation({
    operationId: 'listAuditEvents',
    summary: 'List audit events',
    description:
      'Oldest first, written within a second. To export, go on with the id of the last event as `cursor`: nothing is missed. `Accept: application/x-ndjson` gets a line per event. Not for resource servers that are bound to a `resource`.',
  })
  @ApiOkResponse({
    description: 'A page; go on with `next_cursor` until it is null.',
    content: {
      'application/json': { schema: { $ref: getSchemaPath(AuditEventPage) } },
      [LINES]: { schema: { $ref: getSchemaPath(AuditEventView) } },
    },
  })
  @ApiProblems(400, 401, 403)
  async list(
    @CurrentPrincipal() server: ResourceServer,
    @Query() query: ListAuditEventsQuery,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AuditEventPage | string> {
    if (server.resource !== undefined) {
      throw new AppError('unauthorized', 'This resource server may see its own resource alone.', {
        status: 403,
      });
    }
    const page = await this.listing.run(query);
    if (!accept?.toLowerCase().includes(LINES)) return page;
    void reply.type(`${LINES}; charset=utf-8`);
    return page.data.map((event) => `${JSON.stringify(event)}\n`).join('');
  }
}
