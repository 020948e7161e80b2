import { Injectable } from '@nestjs/common';
import type { Limiter } from '../limits/limiter.js';
import { Limits } from '../limits/limits.service.js';

/** The one key of the ceiling over everybody. */
const EVERYBODY = 'all';

/** Limits the rows that strangers may make: by network, and in all. */
@Injectable()
export class NewClients {
  private readonly here: Limiter;
  private readonly everywhere: Limiter;

  constructor(limits: Limits) {
    this.here = limits.get('new-clients');
    this.everywhere = limits.get('all-new-clients');
  }

  /**
   * Asks for one new row, before it is known whether there will be one.
   *
   * @returns 0 where it may be made, else the seconds until another may
   */
  async take(network: string): Promise<number> {
    const wait = await this.here.take(network);
    if (wait > 0) return wait;
    const waitForAll = await this.everywhere.take(EVERYBODY);
    if (waitForAll > 0) this.here.giveBack(network);
    return waitForAll;
  }

  /** There was no new row after all. */
  giveBack(network: string): void {
    this.here.giveBack(network);
    this.everywhere.giveBack(EVERYBODY);
  }
}
