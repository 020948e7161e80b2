import { Module } from '@nestjs/common';
import { Limits } from './limits.service.js';
import { SharedCounters } from './shared-counters.service.js';

/** How much is too much; what is counted, each feature says itself. */
@Module({ providers: [SharedCounters, Limits], exports: [Limits] })
export class LimitsModule {}
