import { Injectable } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { equalHashes, hashToken } from '../crypto/token.js';
import type { BasicCredentials } from '../http/basic-credentials.js';
import type { ResourceServer } from './principal.js';

/** Knows the SaaS's own services of `RESOURCE_SERVERS`. */
@Injectable()
export class ResourceServers {
  private readonly byId: ReadonlyMap<string, Config['resourceServers'][number]>;

  constructor(config: Config) {
    this.byId = new Map(config.resourceServers.map((entry) => [entry.id, entry]));
  }

  /**
   * @param credentials from HTTP Basic; undefined where there were none
   * @returns the service, or undefined where the id is unknown or the secret wrong
   */
  authenticate(credentials: BasicCredentials | undefined): ResourceServer | undefined {
    const entry = credentials && this.byId.get(credentials.id);
    if (!entry || !equalHashes(hashToken(credentials.secret), entry.secretHash)) return undefined;
    return { kind: 'resource-server', id: entry.id, resource: entry.resource };
  }
}
