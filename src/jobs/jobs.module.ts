import { Module } from '@nestjs/common';
import { JobQueue } from './job-queue.service.js';
import { JobRegistry } from './job-registry.service.js';
import { JobRunner } from './job-runner.service.js';
import { Reaper } from './reaper.service.js';

/** The queue and its schedule; what there is to do, each feature says itself. */
@Module({
  providers: [JobRegistry, JobQueue, JobRunner, Reaper],
  exports: [JobRegistry, JobQueue, Reaper],
})
export class JobsModule {}
