import { Injectable } from '@nestjs/common';
import { AppError } from '../common/errors/app-error.js';
import { Config, type ScopeDefinition } from '../config/config.js';

/** Understood and left out: a client gets a refresh token by registering the grant type, not by this scope. */
const OFFLINE_ACCESS = 'offline_access';

/**
 * Which scopes exist, and what a client asks for. The scopes of a registration are what it asks for when it names
 * none, not a limit: MCP clients register with the scope of the first challenge and ask for more when a call needs
 * it, and whoever wants a wider registration can register again. The user decides.
 */
@Injectable()
export class ScopeCatalogue {
  private readonly byName: ReadonlyMap<string, ScopeDefinition>;
  /** Every scope's name, in the catalogue's order. */
  readonly names: readonly string[];

  constructor(config: Config) {
    this.byName = new Map(config.scopes.map((scope) => [scope.name, scope]));
    this.names = [...this.byName.keys()];
  }

  /** How the user sees a scope. A scope that left the catalogue is described by its name, as sensitive. */
  describe(name: string): ScopeDefinition {
    return this.byName.get(name) ?? { name, description: name, default: false, sensitive: true };
  }

  /**
   * What an authorization request asks for (RFC 6749 §3.3).
   *
   * @param requested the `scope` parameter; undefined means the default scopes
   * @param registered the scopes that the client registered; null means none in particular
   * @returns names, each once, `offline_access` left out
   * @throws AppError invalid_scope for an unknown scope, or where nothing is left to ask for
   */
  resolve(requested: string | undefined, registered: readonly string[] | null): string[] {
    const asked = new Set(splitScope(requested ?? ''));
    asked.delete(OFFLINE_ACCESS);
    for (const name of asked) {
      if (!this.byName.has(name)) {
        throw new AppError('invalid_scope', `There is no such scope. Known: ${this.names.join(' ')}.`);
      }
    }
    const scopes = asked.size > 0 ? [...asked] : this.defaults(registered);
    if (scopes.length === 0) throw new AppError('invalid_scope', 'Name a scope: none is granted by default.');
    return scopes;
  }

  private defaults(registered: readonly string[] | null): string[] {
    if (registered) return registered.filter((name) => this.byName.has(name));
    return this.names.filter((name) => this.byName.get(name)!.default);
  }
}

/**
 * Splits a `scope` value, each name once, in order (RFC 6749 §3.3).
 *
 * @param scope names separated by spaces
 */
export function splitScope(scope: string): string[] {
  return [...new Set(scope.split(' ').filter(Boolean))];
}
