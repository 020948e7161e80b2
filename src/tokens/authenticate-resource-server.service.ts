import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { ResourceServer } from '../common/access/principal.js';
import { ResourceServers } from '../common/access/resource-servers.service.js';
import { readBasic } from '../common/http/basic-credentials.js';
import type { Limiter } from '../limits/limiter.js';
import { Limits } from '../limits/limits.service.js';
import { networkOf } from '../limits/network-of.js';

/** Says which of the SaaS's own services calls. Their secrets are of an operator's making, so guesses are limited. */
@Injectable()
export class AuthenticateResourceServer {
  private readonly wrongSecrets: Limiter;

  constructor(
    private readonly resourceServers: ResourceServers,
    limits: Limits,
  ) {
    this.wrongSecrets = limits.get('resource-servers');
  }

  /**
   * @param request may carry HTTP Basic
   * @returns the service, or undefined where the id is unknown or the secret wrong
   * @throws AppError too_many_requests where too many secrets of this id were wrong at this network, whether or not
   *   this one is right; invalid_request where there are two Authorization headers
   */
  run(request: FastifyRequest): ResourceServer | undefined {
    const basic = readBasic(request);
    const id = basic && this.resourceServers.named(basic);
    if (id === undefined) return undefined;
    const key = `${id} ${networkOf(request)}`;
    this.wrongSecrets.refuseIfUsedUp(key);
    const server = this.resourceServers.authenticate(basic);
    if (!server) this.wrongSecrets.add(key);
    return server;
  }

  /** The id of the service that a request claims to come from, if there is one. */
  claimedBy(request: FastifyRequest): string | undefined {
    const basic = readBasic(request);
    return basic && this.resourceServers.named(basic);
  }
}
