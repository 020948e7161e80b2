import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Pool } from 'pg';
import { Access, anyone } from '../common/access/access.decorator.js';
import { ApiProblems } from '../common/errors/api-errors.decorator.js';

/** The answer of a healthy server. */
export class Health {
  @ApiProperty({ enum: ['ok'] })
  status: 'ok';
}

/** For orchestrators. */
@ApiTags('Health')
@Controller('/health')
export class HealthController {
  constructor(private readonly pool: Pool) {}

  /** The process answers. Restart it when it does not. */
  @Get('live')
  @Header('Cache-Control', 'no-store')
  @Access(anyone())
  @ApiOperation({ operationId: 'live', summary: 'Liveness' })
  @ApiOkResponse({ type: Health, description: 'The process answers.' })
  live(): Health {
    return { status: 'ok' };
  }

  /** The database answers. Send no traffic while it does not. */
  @Get('ready')
  @Header('Cache-Control', 'no-store')
  @Access(anyone())
  @ApiOperation({ operationId: 'ready', summary: 'Readiness' })
  @ApiOkResponse({ type: Health, description: 'The database answers.' })
  @ApiProblems(503)
  async ready(): Promise<Health> {
    await this.pool.query('SELECT 1');
    return { status: 'ok' };
  }
}
