import { type BeforeApplicationShutdown, Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { Config } from '../config/config.js';

/**
 * Milliseconds after which a server that does not manage to stop, because a connection to the database is dead, ends all
 * the same. The renewing process goes on by itself.
 */
const LIMIT = 20_000;

/**
 * The time between "stop" and not listening any more. A load balancer needs some seconds to notice that this server is
 * not ready; until then it goes on sending requests here, and each of them is answered.
 */
@Injectable()
export class Drain implements OnModuleDestroy, BeforeApplicationShutdown {
  private readonly logger = new Logger('Health');
  private over: Promise<unknown> | undefined;

  constructor(private readonly config: Config) {}

  /** Whether the server was told to stop. */
  get begun(): boolean {
    return this.over !== undefined;
  }

  /** The first that a stopping server does; what else ends does so meanwhile. */
  onModuleDestroy(): void {
    const { shutdownDrain: seconds } = this.config;
    this.logger.log(`Stopping: not ready any more, and listening for another ${seconds} s.`);
    this.over = delay(seconds * 1000);
    setTimeout(() => this.giveUp(), seconds * 1000 + LIMIT).unref();
  }

  /** What comes after is to stop listening. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.over;
  }

  private giveUp(): void {
    this.logger.error('Something does not end. Stopping without it.');
    process.exit(1);
  }
}
