import { randomUUID } from 'node:crypto';
import type { LockConnections } from './lock-connections.js';
import { inOtherHands } from './provider-failure.js';
import { MARK_RENEWAL } from './renew-statements.js';

/** Seconds: a provider has 10 to answer, the rest is for storing, also by a database that comes back. */
const MARKED_FOR = 30;

/**
 * Says in the database which refresh token is on its way to its provider. The lock on a consent ends with its connection,
 * the call to the provider does not: where a database dies and comes back in that moment, the mark is what is left to
 * tell the next renewer that the stored token may be spent.
 */
export class RenewalMarks {
  /** This process: what it began it may go on with. */
  private readonly renewingBy = randomUUID();

  constructor(private readonly locks: LockConnections) {}

  /**
   * Commits a mark. To be called under the consent's lock: so marks are set one after the other, and a mark that stands
   * is one whose holder has lost the lock.
   *
   * @param consent as it is locked
   * @throws AppError provider_unavailable while another process's mark stands
   */
  async set({ id, version }: { readonly id: string; readonly version: number }): Promise<void> {
    const [theirs] = await this.locks.transaction((manager) =>
      manager.query<{ seconds: number }[]>(MARK_RENEWAL, [id, version, this.renewingBy, MARKED_FOR]),
    );
    if (theirs) throw inOtherHands(theirs.seconds);
  }
}
