import type { KeyObject } from 'node:crypto';

/** One entry of the `ENCRYPTION_KEYS` ring: 32 bytes of AES key under the name it is sealed with. */
export interface EncryptionKey {
  readonly kid: string;
  readonly key: Buffer;
}

/** A scope that clients may ask for, as the catalogue describes it to the user. */
export interface ScopeDefinition {
  readonly name: string;
  readonly description: string;
  /** Granted when a client asks for no scope at all. */
  readonly default: boolean;
  /** Shown with a warning on the consent page. */
  readonly sensitive: boolean;
}

/** One of the SaaS's own services, which calls us with HTTP Basic. */
export interface ResourceServerEntry {
  readonly id: string;
  /** SHA-256 of the secret: the secret itself is not kept. */
  readonly secretHash: Buffer;
  /** The resource indicator (RFC 8707) whose tokens it may introspect; undefined means all. */
  readonly resource?: string;
}

/** How dashboard JWTs are verified: one shared secret, or the keys behind a JWKS URL. */
export type DashboardJwtKeys =
  { readonly kind: 'secret'; readonly secret: KeyObject } | { readonly kind: 'jwks'; readonly url: URL };

/** The operator's own OAuth app of a provider, from `<PROVIDER>_CLIENT_ID` and `_CLIENT_SECRET`. */
export interface OperatorOAuthApp {
  readonly provider: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/**
 * Everything the environment decides, parsed and frozen once at start. Inject it by this class; no
 * feature reads `process.env`. Lifetimes are in seconds.
 */
export class Config {
  readonly production: boolean;
  readonly host: string;
  readonly port: number;
  /** The origin everyone sees and the issuer; no trailing slash. */
  readonly publicUrl: string;
  /** undefined means the embedded database. */
  readonly databaseUrl: string | undefined;
  readonly dataDir: string;
  /** No trailing slash. */
  readonly dashboardUrl: string;
  readonly dashboardJwt: {
    readonly keys: DashboardJwtKeys;
    readonly issuer: string | undefined;
    readonly audience: string | undefined;
    readonly workspaceClaim: string;
  };
  /** The first seals, all open. Never empty. */
  readonly encryptionKeys: readonly EncryptionKey[];
  readonly scopes: readonly ScopeDefinition[];
  /** Client ids or redirect hosts that the consent page shows as verified. */
  readonly verifiedClients: ReadonlySet<string>;
  readonly resourceServers: readonly ResourceServerEntry[];
  /** Parsed JSON of `PROVIDERS_FILE`; its shape is checked by the provider registry. */
  readonly providersFile: unknown;
  /** Replaces the origin of provider URLs, for the sandbox and tests. */
  readonly providerOrigins: ReadonlyMap<string, string>;
  readonly operatorOAuthApps: readonly OperatorOAuthApp[];
  readonly browserBinding: 'on' | 'warn' | 'off';
  readonly returnUrls: readonly string[];
  readonly accessTokenTtl: number;
  readonly refreshTokenTtl: number;
  readonly refreshGrace: number;
  readonly codeTtl: number;
  readonly requestTtl: number;
  readonly grantMaxAge: number | undefined;
  readonly rateLimits: boolean;
  readonly trustProxy: boolean | string;
  /** Browser origins that may call dashboard endpoints with credentials. */
  readonly corsOrigins: readonly string[];
  readonly logLevel: string;
  /** How long to go on serving, not ready any more, once told to stop. */
  readonly shutdownDrain: number;
  /** Days for which audit events are kept. */
  readonly auditRetentionDays: number;
  /** Where a collector takes traces (OTLP over HTTP); undefined means that nothing is traced. */
  readonly tracesUrl: string | undefined;
  /** Where Prometheus looks; undefined means nowhere. */
  readonly metrics: { readonly host: string; readonly port: number } | undefined;

  /** Nobody has said how dashboards sign their JWTs, and this is not production. */
  readonly developmentSignIn: boolean;

  constructor(values: Config) {
    Object.assign(this, values);
    Object.freeze(this);
  }
}
