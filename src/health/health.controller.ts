import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Access, anyone } from '../common/access/access.decorator.js';
import { ApiProblems } from '../common/errors/api-errors.decorator.js';
import { AppError } from '../common/errors/app-error.js';
import { DatabaseProbe } from './database-probe.service.js';
import { Drain } from './drain.service.js';

/** The answer of a healthy server. */
export class Health {
  @ApiProperty({ enum: ['ok'] })
  status: 'ok';
}

/** For orchestrators. */
@ApiTags('Health')
@Controller('/health')
export class HealthController {
  constructor(
    private readonly database: DatabaseProbe,
    private readonly drain: Drain,
  ) {}

  /** The process answers. Restart it when it does not. */
  @Get('live')
  @Header('Cache-Control', 'no-store')
  @Access(anyone())
  @ApiOperation({ operationId: 'live', summary: 'Liveness' })
  @ApiOkResponse({ type: Health, description: 'The process answers.' })
  live(): Health {
    return { status: 'ok' };
  }

  /** Nothing listens before the database is migrated and the keys are known to open it: who answers has started. */
  @Get('startup')
  @Header('Cache-Control', 'no-store')
  @Access(anyone())
  @ApiOperation({
    operationId: 'startup',
    summary: 'Startup',
    description: 'Answers once the database is migrated and the keys fit. Until then nothing listens here.',
  })
  @ApiOkResponse({ type: Health, description: 'The server has started.' })
  startup(): Health {
    return { status: 'ok' };
  }

  /** The database answers, and the server is not about to stop. Send no traffic while that is not so. */
  @Get('ready')
  @Header('Cache-Control', 'no-store')
  @Access(anyone())
  @ApiOperation({
    operationId: 'ready',
    summary: 'Readiness',
    description:
      '503 while the database is away or the server is stopping. Answers within seconds, however busy the server is.',
  })
  @ApiOkResponse({ type: Health, description: 'The database answers.' })
  @ApiProblems(503)
  async ready(): Promise<Health> {
    if (this.drain.begun) throw notReady('This server is stopping. Ask another one.');
    try {
      await this.database.look('SELECT 1');
    } catch (cause) {
      throw notReady('The database does not answer.', cause);
    }
    return { status: 'ok' };
  }
}

function notReady(message: string, cause?: unknown): AppError {
  return new AppError('temporarily_unavailable', message, { headers: { 'Retry-After': '2' }, cause });
}
