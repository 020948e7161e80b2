import type { Socket } from 'node:net';

/** What of a connection stands still: what the database says, or that and what it is told. */
export type Hold = 'answers' | 'everything';

/**
 * Passes the bytes of one connection on in both directions, or keeps them while it is told to: to both ends it then
 * looks open, and nothing comes, not even its end.
 */
export class ProxiedConnection {
  /** `application_name`, once the client has said it. */
  name = '';
  private held: Hold | undefined;
  private readonly kept: [Socket, Buffer | 'end'][] = [];

  /**
   * @param client that connected
   * @param database what it is connected to
   * @param onAnswer sees what the database says, as it is passed on
   */
  constructor(
    readonly client: Socket,
    readonly database: Socket,
    private readonly onAnswer: (chunk: Buffer) => void,
  ) {
    for (const [from, to] of [
      [client, database],
      [database, client],
    ] as const) {
      from.setNoDelay();
      from.on('error', () => undefined).on('close', () => this.pass(to, 'end'));
      from.on('data', (chunk) => this.pass(to, chunk));
    }
  }

  hold(what: Hold): void {
    this.held = what;
  }

  release(): void {
    this.held = undefined;
    for (const [to, what] of this.kept.splice(0)) this.pass(to, what);
  }

  destroy(): void {
    this.client.destroy();
    this.database.destroy();
  }

  private pass(to: Socket, what: Buffer | 'end'): void {
    if (this.held === 'everything' || (this.held && to === this.client)) this.kept.push([to, what]);
    else if (what === 'end') to.destroy();
    else {
      if (to === this.client) this.onAnswer(what);
      to.write(what);
    }
  }
}
