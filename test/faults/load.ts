import { setTimeout as delay } from 'node:timers/promises';
import { type Answer, bearer, encode, TestClient, type TestRegistration } from '../support/test-client.js';

/** What one client was given last; whatever happens to servers, all of it must work. */
export interface Chain {
  readonly client: TestRegistration;
  readonly code: string;
  access: string;
  refresh: string;
}

const REFRESHES = 6;

/** Clients that register, sign in, refresh, call and get introspected, over and over. */
export class Load {
  readonly chains: Chain[] = [];
  /** Codes whose exchange was cut off: nobody knows whether they were redeemed. */
  readonly uncertain: Pick<Chain, 'client' | 'code'>[] = [];
  /** Answers that should not have come, in words. */
  readonly failures: string[] = [];
  /** Calls that were answered as they should be. */
  answered = 0;
  /** Calls that broke off without an answer. */
  cut = 0;
  private stopped = false;
  private readonly people: Promise<void>[];

  /**
   * Begins.
   *
   * @param pick the server of the next call
   * @param people how many at once
   * @param patient whether a 503 with `Retry-After`, or no answer at all, makes the caller try again, as good clients
   *   do; else both are failures
   */
  constructor(
    private readonly pick: () => string,
    people: number,
    private readonly patient: boolean,
  ) {
    this.people = Array.from({ length: people }, () => this.live());
  }

  /** Lets everybody finish the call that is under way. */
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.people);
  }

  private async live(): Promise<void> {
    while (!this.stopped) {
      const chain = await this.signIn();
      if (!chain) continue;
      this.chains.push(chain);
      for (let n = 0; n < REFRESHES && !this.stopped; n += 1) await this.use(chain);
    }
  }

  private async signIn(): Promise<Chain | undefined> {
    const name = `Load ${Math.random()}`;
    const registered = await this.call('register', 201, (server) =>
      server.sendRegistration({ client_name: name, redirect_uris: ['http://127.0.0.1:8976/callback'] }),
    );
    if (!registered) return undefined;
    const client = registered.body as TestRegistration;
    const asked = await this.call('authorize', 302, (server) => server.authorize(client));
    const id = asked && new URL(asked.headers.get('location')!).searchParams.get('request_id')!;
    if (!id || !(await this.call('show', 200, (server) => server.show(id)))) return undefined;
    const approved = await this.once('approve', (server) => server.decide('approve', id));
    if (!approved) return undefined;
    const code = new URL(approved.body.redirect_to).searchParams.get('code')!;
    const issued = await this.once('exchange', (server) => server.exchange(client, code));
    if (issued) return { client, code, access: issued.body.access_token, refresh: issued.body.refresh_token };
    this.uncertain.push({ client, code });
    return undefined;
  }

  private async use(chain: Chain): Promise<void> {
    const next = await this.call('refresh', 200, (server) => server.refresh(chain.client, chain.refresh));
    if (next) Object.assign(chain, { access: next.body.access_token, refresh: next.body.refresh_token });
    await this.call('me', 200, (server) => server.me(chain.access));
    const seen = await this.call('introspect', 200, (server) => server.introspect(chain.access));
    if (seen && !seen.body.active) this.failures.push('introspect: a token that was just issued is dead');
  }

  /** A call that may be repeated. */
  private async call(
    what: string,
    expected: number,
    send: (server: TestClient) => Promise<Answer>,
  ): Promise<Answer | undefined> {
    while (!this.stopped) {
      const answer = await this.send(what, expected, send);
      if (answer || !this.patient) return answer;
      await delay(50);
    }
    return undefined;
  }

  /** A call that works once: after a 503 it may be made again, after silence its caller begins anew. */
  private async once(
    what: string,
    send: (server: TestClient) => Promise<Answer>,
  ): Promise<Answer | undefined> {
    const { cut } = this;
    for (; !this.stopped && cut === this.cut; await delay(50)) {
      const answer = await this.send(what, 200, send);
      if (answer || !this.patient) return answer;
    }
    return undefined;
  }

  private async send(
    what: string,
    expected: number,
    send: (server: TestClient) => Promise<Answer>,
  ): Promise<Answer | undefined> {
    try {
      const answer = await send(new TestClient({ url: this.pick() }));
      const later = this.patient && answer.status === 503 && answer.headers.has('retry-after');
      if (later) return undefined;
      if (answer.status !== expected) {
        this.failures.push(`${what}: ${answer.status} ${answer.text}`);
        return undefined;
      }
      this.answered += 1;
      return answer;
    } catch (error) {
      if (!this.patient) this.failures.push(`${what}: ${String((error as Error).cause ?? error)}`);
      this.cut += 1;
      return undefined;
    }
  }
}

/**
 * Looks for what was lost: everything that a client was given last must work.
 *
 * @param chains what clients hold
 * @param server where to look
 * @returns what does not work, in words
 */
export async function lostOf(chains: readonly Chain[], server: TestClient): Promise<string[]> {
  const lost: string[] = [];
  for (const { client, access, refresh } of chains) {
    const me = await server.request('/public/v1/me/', { headers: bearer(access) });
    if (me.status !== 200) lost.push(`access token: ${me.status} ${me.text}`);
    const next = await server.refresh(client, refresh);
    if (next.status !== 200) lost.push(`refresh token: ${next.status} ${next.text} ${encode({ refresh })}`);
  }
  return lost;
}
