import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../common/errors/app-error.js';
import { type Limiter, tooManyRequests } from '../limits/limiter.js';
import { Limits } from '../limits/limits.service.js';
import { networkOf } from '../limits/network-of.js';
import type { ClientCredentials } from './client-credentials.js';
import { TokenStore } from './token-store.service.js';

/**
 * Limits what clients get wrong at the token, revocation and introspection endpoints; what they get right is free.
 * Nobody can lock a client out from elsewhere: its failures count at the network they come from, and those of
 * whoever does not authenticate never count against a client that does.
 */
@Injectable()
export class ClientFailures {
  private readonly known: Limiter;
  private readonly strangers: Limiter;

  constructor(
    private readonly store: TokenStore,
    limits: Limits,
  ) {
    this.known = limits.get('token-failures');
    this.strangers = limits.get('strangers');
  }

  /**
   * @param client who the client says it is
   * @param work what it asks for, read already: whatever it throws but `invalid_client` and what failed on our side is
   *   held against the client, so it must not be thrown before a statement has authenticated it
   * @returns what the work returns
   * @throws AppError too_many_requests before the work, and whatever the work throws
   */
  async limit<T>(request: FastifyRequest, client: ClientCredentials, work: () => Promise<T>): Promise<T> {
    const network = networkOf(request);
    const here = `${client.clientId} ${network}`;
    this.known.refuseIfUsedUp(here);
    const wait = this.strangers.secondsLeft(network);
    // One cheap read tells the clients that are known from the strangers that share their address.
    if (wait > 0 && !(await this.store.authenticates(client))) throw tooManyRequests(wait);
    try {
      return await work();
    } catch (error) {
      if (error instanceof AppError && error.status < 500) {
        if (error.code === 'invalid_client') this.strangers.add(network);
        else this.known.add(here);
      }
      throw error;
    }
  }
}
