/** A person signed in to the SaaS's dashboard. */
export interface DashboardUser {
  readonly kind: 'dashboard';
  readonly userId: string;
  /** `org:<claim>` or `user:<sub>`. */
  readonly workspaceId: string;
  /** When the JWT ends. */
  readonly expiresAt: Date;
}

/** An app that acts for a user with an access token of ours. */
export interface AccessTokenHolder {
  readonly kind: 'bearer';
  readonly userId: string;
  readonly workspaceId: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly expiresAt: Date;
}

/** One of the SaaS's own services. */
export interface ResourceServer {
  readonly kind: 'resource-server';
  readonly id: string;
  /** The only resource it may look at; undefined means all. */
  readonly resource: string | undefined;
}

/** Whoever is calling. */
export type Principal = DashboardUser | AccessTokenHolder | ResourceServer;
