import { Logger } from '@nestjs/common';
import { AppError } from '../common/errors/app-error.js';
import type { Ceiling, LimitName } from './ceilings.js';
import type { SharedCounters } from './shared-counters.service.js';
import { type Tab, Tabs } from './tabs.js';

/**
 * One limit. Each replica keeps a tab for a key and tells the database only when its credit is spent, so that
 * ordinary use costs no statement; whoever is over the ceiling costs none either. With one replica the ceiling is
 * exact; each further one may let `credit` more pass. Where the counters do not answer, each replica holds the
 * ceiling alone.
 */
export class Limiter {
  private readonly logger = new Logger('Limits');
  private readonly tabs: Tabs;
  private readonly count: ReturnType<SharedCounters['of']>;

  constructor(
    private readonly name: LimitName,
    private readonly ceiling: Ceiling,
    private readonly counters: SharedCounters,
  ) {
    this.tabs = new Tabs(ceiling.seconds * 1000);
    this.count = counters.of(name, ceiling.seconds);
  }

  /**
   * Uses a key once, before the work. Waits for the database only where the credit is spent.
   *
   * @returns 0 where it may go on, else the seconds until it may
   */
  async take(key: string): Promise<number> {
    let tab = this.tabs.of(key);
    while (tab.open >= this.ceiling.credit && !this.isUsedUp(tab) && !this.counters.resting) {
      await this.counters.wait(this.settle(tab));
      tab = this.tabs.of(key);
    }
    if (this.isUsedUp(tab)) return this.refusal(tab);
    this.add(key);
    return 0;
  }

  /**
   * As {@link take}, where nothing but a refusal can follow.
   *
   * @throws AppError too_many_requests
   */
  async takeOrRefuse(key: string): Promise<void> {
    const seconds = await this.take(key);
    if (seconds > 0) throw tooManyRequests(seconds);
  }

  /** Gives a use back that turned out not to count. */
  giveBack(key: string): void {
    const tab = this.tabs.find(key);
    if (tab) tab.open -= 1;
  }

  /** Uses a key once, after the work; never waits. */
  add(key: string): void {
    const tab = this.tabs.of(key);
    tab.open += 1;
    if (tab.open >= this.ceiling.credit || this.isUsedUp(tab)) void this.settle(tab);
  }

  /** @returns 0 where the key is below the ceiling, else the seconds until it is again; without a statement */
  secondsLeft(key: string): number {
    const tab = this.tabs.find(key);
    return tab && this.isUsedUp(tab) ? this.refusal(tab) : 0;
  }

  /**
   * As {@link secondsLeft}.
   *
   * @throws AppError too_many_requests
   */
  refuseIfUsedUp(key: string): void {
    const seconds = this.secondsLeft(key);
    if (seconds > 0) throw tooManyRequests(seconds);
  }

  private isUsedUp({ shared, open }: Tab): boolean {
    return shared + open >= this.ceiling.points;
  }

  private refusal(tab: Tab): number {
    if (!tab.reported) this.logger.warn({ limit: this.name, key: tab.key }, 'A ceiling is reached.');
    tab.reported = true;
    return this.tabs.secondsLeft(tab);
  }

  /** Tells the database what is open; one statement at a time for a key, and whoever comes meanwhile waits for it. */
  private settle(tab: Tab): Promise<void> {
    if (this.counters.resting) return Promise.resolve();
    tab.settling ??= this.tell(tab).finally(() => delete tab.settling);
    return tab.settling;
  }

  private async tell(tab: Tab): Promise<void> {
    const told = tab.open;
    const count = await this.count(tab.key, told);
    if (count) this.tabs.settle(tab, told, count.uses, count.left);
  }
}

/**
 * The answer to whoever is over a ceiling. Its message says nothing of the time: that is for the header, and for pages.
 *
 * @param seconds until the ceiling has room again
 */
export function tooManyRequests(seconds: number): AppError {
  return new AppError('too_many_requests', 'Too many requests for the moment.', {
    headers: { 'Retry-After': String(seconds) },
  });
}
