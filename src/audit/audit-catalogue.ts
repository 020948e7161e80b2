/**
 * Every event of the audit log. docs/audit.md has a line for each. `refused` means that somebody tried what they may
 * not. The names are part of the public contract.
 */
export const AUDIT_EVENTS = {
  'client.registered': { outcome: 'success' },
  'consent.approved': { outcome: 'success' },
  'consent.denied': { outcome: 'success' },
  'tokens.issued': { outcome: 'success' },
  'code.replayed': { outcome: 'refused' },
  'refresh_token.reused': { outcome: 'refused' },
  'token.revoked': { outcome: 'success' },
  'app.disconnected': { outcome: 'success' },
  'subject.revoked': { outcome: 'success' },
  'oauth_app.created': { outcome: 'success' },
  'oauth_app.changed': { outcome: 'success' },
  'oauth_app.secret_rotated': { outcome: 'success' },
  'oauth_app.deleted': { outcome: 'success' },
  'account.connected': { outcome: 'success' },
  'account.selected': { outcome: 'success' },
  'account.disconnected': { outcome: 'success' },
  'account.needs_reconnect': { outcome: 'success' },
  'provider_token.read': { outcome: 'success' },
  'service.refused': { outcome: 'refused' },
  'keys.rotated': { outcome: 'success' },
} as const satisfies Record<string, { outcome: 'success' | 'refused' }>;

/** A name of the catalogue. */
export type AuditEventName = keyof typeof AUDIT_EVENTS;

/** Every name. */
export const AUDIT_EVENT_NAMES = Object.keys(AUDIT_EVENTS) as readonly AuditEventName[];

/**
 * Who can act: a dashboard `user`, an `app` with an access token, a `client` at the token endpoint, a `service` of the
 * operator, the `operator` at a terminal, the `system` by itself, or `anonymous`.
 */
export const ACTOR_KINDS = ['user', 'app', 'client', 'service', 'operator', 'system', 'anonymous'] as const;

/** Who did it. */
export interface AuditActor {
  readonly kind: (typeof ACTOR_KINDS)[number];
  readonly id?: string;
}

/** What it was done to: ids, names and counts. There is no place for anything else, and so none for a secret. */
export interface AuditSubject {
  readonly workspace_id?: string;
  readonly user_id?: string;
  readonly client_id?: string;
  readonly grant_id?: string;
  readonly scopes?: readonly string[];
  readonly token_type?: 'access_token' | 'refresh_token';
  /** How many grants ended. */
  readonly grants?: number;
  readonly oauth_app_id?: string;
  readonly account_id?: string;
  readonly provider?: string;
  /** Names of the fields that changed. */
  readonly changed?: readonly string[];
  /** How many sealed values an old key still holds. */
  readonly left?: number;
}
