import { Module } from '@nestjs/common';
import { DatabaseProbe } from './database-probe.service.js';
import { HealthController } from './health.controller.js';

/** Says whether this server is well. */
@Module({ controllers: [HealthController], providers: [DatabaseProbe] })
export class HealthModule {}
