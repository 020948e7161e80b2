import { Injectable } from '@nestjs/common';
import type { Limiter } from '../limits/limiter.js';
import { Limits } from '../limits/limits.service.js';
import { siteOf } from '../limits/network-of.js';

/** The one key of the ceiling over everybody. */
const EVERYBODY = 'all';

/** Limits the rows that strangers may make: by network, by site where there is one, and in all. */
@Injectable()
export class NewClients {
  private readonly here: Limiter;
  private readonly site: Limiter;
  private readonly everywhere: Limiter;

  constructor(limits: Limits) {
    this.here = limits.get('new-clients');
    this.site = limits.get('site-new-clients');
    this.everywhere = limits.get('all-new-clients');
  }

  /**
   * Asks for one new row, before it is known whether there will be one.
   *
   * @returns 0 where it may be made, else the seconds until another may
   */
  async take(network: string): Promise<number> {
    const taken: [Limiter, string][] = [];
    for (const [limiter, key] of this.ceilingsOf(network)) {
      const wait = await limiter.take(key);
      if (wait > 0) {
        for (const [other, used] of taken) other.giveBack(used);
        return wait;
      }
      taken.push([limiter, key]);
    }
    return 0;
  }

  /** There was no new row after all. */
  giveBack(network: string): void {
    for (const [limiter, key] of this.ceilingsOf(network)) limiter.giveBack(key);
  }

  /** The narrowest first, so that whoever is over it uses up nothing of the wider ones. */
  private ceilingsOf(network: string): [Limiter, string][] {
    const site = siteOf(network);
    return [
      [this.here, network],
      ...(site === undefined ? [] : [[this.site, site] as [Limiter, string]]),
      [this.everywhere, EVERYBODY],
    ];
  }
}
