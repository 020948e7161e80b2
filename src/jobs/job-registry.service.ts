import { Injectable } from '@nestjs/common';

/** A kind of work that a feature hands to the queue. */
export interface Job {
  /** Unique, with the feature in front: `accounts.refresh`. It is stored with what waits: never rename it lightly. */
  readonly name: string;
  /** A crontab schedule in UTC, at best one a minute; none means that it runs only when it was enqueued. */
  readonly schedule?: string;
  /**
   * Does the work. It may be called again after it succeeded, and by two replicas at once: it must not mind.
   *
   * @param payload as it was enqueued, read back from JSON
   * @param isLast whether it is not tried again, however this ends
   * @throws anything: it is logged, and tried again later, less and less often
   */
  readonly run: (payload: Readonly<Record<string, unknown>>, isLast: boolean) => Promise<void>;
}

/** Knows every job of this server. Features register theirs in `onModuleInit`, before the runner starts. */
@Injectable()
export class JobRegistry {
  private readonly jobs = new Map<string, Job>();

  /** @throws Error where the name is taken */
  register(job: Job): void {
    if (this.jobs.has(job.name)) throw new Error(`There are two jobs named ${job.name}.`);
    this.jobs.set(job.name, job);
  }

  /** Every job that was registered. */
  all(): readonly Job[] {
    return [...this.jobs.values()];
  }
}
