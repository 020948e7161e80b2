import { Injectable, Logger } from '@nestjs/common';
import { Config } from '../config/config.js';
import { CEILINGS, type LimitName, NO_CEILING } from './ceilings.js';
import { Limiter } from './limiter.js';
import { SharedCounters } from './shared-counters.service.js';

/** Every limit of this server. RATE_LIMITS=off leaves them without a ceiling. */
@Injectable()
export class Limits {
  private readonly limiters: ReadonlyMap<LimitName, Limiter>;

  constructor(config: Config, counters: SharedCounters) {
    const names = Object.keys(CEILINGS) as LimitName[];
    this.limiters = new Map(
      names.map((name) => [
        name,
        new Limiter(name, config.rateLimits ? CEILINGS[name] : NO_CEILING, counters),
      ]),
    );
    // https ends in front of this server, so there is a proxy, and without TRUST_PROXY everybody has its address.
    if (config.rateLimits && config.publicUrl.startsWith('https:') && config.trustProxy === false) {
      new Logger('Limits').warn(
        'TRUST_PROXY is not set: limits by address count everybody behind the proxy as one.',
      );
    }
  }

  /** The limit of that name. */
  get(name: LimitName): Limiter {
    return this.limiters.get(name)!;
  }
}
