import { Module } from '@nestjs/common';
import { DatabaseProbe } from './database-probe.service.js';
import { HealthController } from './health.controller.js';
import { Metrics } from './metrics/metrics.service.js';

/** Says whether this server is well. */
@Module({ controllers: [HealthController], providers: [DatabaseProbe, Metrics] })
export class HealthModule {}
