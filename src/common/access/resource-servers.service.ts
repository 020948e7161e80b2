import { Injectable } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { equalHashes, hashToken } from '../crypto/token.js';
import type { BasicCredentials, BasicReadings } from '../http/basic-credentials.js';
import type { ResourceServer } from './principal.js';

/** Knows the SaaS's own services of `RESOURCE_SERVERS`. */
@Injectable()
export class ResourceServers {
  private readonly byId: ReadonlyMap<string, Config['resourceServers'][number]>;

  constructor(config: Config) {
    this.byId = new Map(config.resourceServers.map((entry) => [entry.id, entry]));
  }

  /**
   * @param basic from HTTP Basic, in both readings; undefined where there was none
   * @returns the service, or undefined where the id is unknown or the secret wrong
   */
  authenticate(basic: BasicReadings | undefined): ResourceServer | undefined {
    return basic && (this.find(basic.raw) ?? this.find(basic.decoded));
  }

  /** The id of the service that somebody claims to be, if there is one. */
  named({ raw, decoded }: BasicReadings): string | undefined {
    return [raw.id, decoded.id].find((id) => this.byId.has(id));
  }

  private find({ id, secret }: BasicCredentials): ResourceServer | undefined {
    const entry = this.byId.get(id);
    if (!entry || !equalHashes(hashToken(secret), entry.secretHash)) return undefined;
    return { kind: 'resource-server', id: entry.id, resource: entry.resource };
  }
}
