import { Module } from '@nestjs/common';
import { Limits } from './limits.service.js';
import { SharedCounters } from './shared-counters.service.js';
import { UserLimitGuard } from './user-limit.guard.js';

/** How much is too much; what is counted, each feature says itself. */
@Module({ providers: [SharedCounters, Limits, UserLimitGuard], exports: [Limits, UserLimitGuard] })
export class LimitsModule {}
