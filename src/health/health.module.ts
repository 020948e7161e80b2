import { Module } from '@nestjs/common';
import { DatabaseProbe } from './database-probe.service.js';
import { Drain } from './drain.service.js';
import { HealthController } from './health.controller.js';
import { Metrics } from './metrics/metrics.service.js';

/** Says whether this server is well. */
@Module({ controllers: [HealthController], providers: [DatabaseProbe, Drain, Metrics] })
export class HealthModule {}
