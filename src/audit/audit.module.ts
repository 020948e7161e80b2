import { Global, Module } from '@nestjs/common';
import { JobsModule } from '../jobs/jobs.module.js';
import { Audit } from './audit.service.js';
import { AuditEventsController } from './audit-events.controller.js';
import { ForgetAuditEvents } from './forget-audit-events.service.js';
import { ListAuditEvents } from './list-audit-events.service.js';

/** Who did what, from where. Every feature may say so. */
@Global()
@Module({
  imports: [JobsModule],
  controllers: [AuditEventsController],
  providers: [Audit, ListAuditEvents, ForgetAuditEvents],
  exports: [Audit],
})
export class AuditModule {}
