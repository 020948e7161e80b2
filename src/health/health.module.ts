import { Module } from '@nestjs/common';
import { HealthController } from './health.controller.js';

/** Says whether this server is well. */
@Module({ controllers: [HealthController] })
export class HealthModule {}
