import { Injectable } from '@nestjs/common';
import { AppError } from '../common/errors/app-error.js';
import { canonicalResource, isWithin } from '../common/http/resource.js';
import { Config } from '../config/config.js';

/** Resource indicators as a client sent them and as they are compared; both null means our own API. */
export interface RequestedResources {
  readonly resources: string[] | null;
  readonly audiences: string[] | null;
}

/** Which resources tokens may be for (RFC 8707): our own API and the resources of the resource servers. */
@Injectable()
export class Audience {
  /** PUBLIC_URL in canonical form. */
  readonly own: string;
  private readonly others: ReadonlySet<string>;

  constructor(config: Config) {
    this.own = canonicalResource(config.publicUrl)!;
    this.others = new Set(
      config.resourceServers.flatMap(({ resource }) => (resource ? [canonicalResource(resource)!] : [])),
    );
  }

  /**
   * @param sent the `resource` parameters, in order
   * @returns both forms, each resource once
   * @throws AppError invalid_target where one is malformed or not ours to issue tokens for (RFC 8707 §2)
   */
  resolve(sent: readonly string[]): RequestedResources {
    if (sent.length === 0) return { resources: null, audiences: null };
    const byAudience = new Map<string, string>();
    for (const resource of sent) {
      const audience = canonicalResource(resource);
      if (audience === undefined || !this.isKnown(audience)) {
        throw new AppError(
          'invalid_target',
          `This server issues no tokens for that resource. Ask for ${this.own}.`,
        );
      }
      if (!byAudience.has(audience)) byAudience.set(audience, resource);
    }
    return { resources: [...byAudience.values()], audiences: [...byAudience.keys()] };
  }

  /**
   * Whether a resource server may look at a token.
   *
   * @param resource the server's own, from its entry; undefined sees all
   * @param granted the token's resources; null means our own API
   */
  isFor(resource: string | undefined, granted: readonly string[] | null): boolean {
    if (resource === undefined) return true;
    const own = canonicalResource(resource);
    return (granted ?? [this.own]).some((other) => canonicalResource(other) === own);
  }

  private isKnown(audience: string): boolean {
    return isWithin(audience, this.own) || this.others.has(audience);
  }
}
