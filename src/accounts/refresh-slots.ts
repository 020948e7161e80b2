import { AppError } from '../common/errors/app-error.js';

/** How much may be under way. */
export interface SlotLimits {
  readonly total: number;
  readonly perKey: number;
  /** Milliseconds for which a caller waits for its turn. */
  readonly patience: number;
}

/**
 * Bounds the calls that a process makes at once, in all and per OAuth app: a provider that hangs leaves room for others,
 * and none is flooded after an outage.
 */
export class RefreshSlots {
  private readonly running = new Map<string, number>();
  private total = 0;
  private waiting: { key: string; urgent: boolean; start: () => void }[] = [];

  constructor(private readonly limits: SlotLimits) {}

  /**
   * Does work when it is its turn.
   *
   * @param key the OAuth app
   * @param urgent somebody waits for it: before whatever nobody waits for
   * @throws AppError provider_unavailable where its turn did not come in time
   */
  async run<Result>(key: string, urgent: boolean, work: () => Promise<Result>): Promise<Result> {
    if (this.hasRoom(key)) this.take(key);
    else await this.turn(key, urgent);
    try {
      return await work();
    } finally {
      this.give(key);
    }
  }

  private hasRoom(key: string): boolean {
    return this.total < this.limits.total && (this.running.get(key) ?? 0) < this.limits.perKey;
  }

  private take(key: string): void {
    this.total += 1;
    this.running.set(key, (this.running.get(key) ?? 0) + 1);
  }

  private give(key: string): void {
    this.total -= 1;
    const left = this.running.get(key)! - 1;
    if (left > 0) this.running.set(key, left);
    else this.running.delete(key);
    const ready = this.waiting.filter((waiter) => this.hasRoom(waiter.key));
    (ready.find(({ urgent }) => urgent) ?? ready[0])?.start();
  }

  private turn(key: string, urgent: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => (this.waiting = this.waiting.filter((waiter) => waiter !== self));
      const timer = setTimeout(() => {
        leave();
        reject(
          new AppError('provider_unavailable', 'Too many connections of this OAuth app are being renewed.', {
            headers: { 'Retry-After': '5' },
          }),
        );
      }, this.limits.patience);
      const self = {
        key,
        urgent,
        start: () => {
          clearTimeout(timer);
          leave();
          this.take(key);
          resolve();
        },
      };
      this.waiting.push(self);
    });
  }
}
