/** What {@link VIEW} returns. */
export interface AccountRow {
  readonly id: string;
  readonly workspace_id: string;
  readonly provider: string;
  readonly oauth_app_id: string;
  readonly consent_id: string | null;
  readonly external_id: string | null;
  readonly username: string | null;
  readonly display_name: string | null;
  readonly avatar_url: string | null;
  readonly status: 'active' | 'pending_selection' | 'needs_reconnect' | 'disconnected';
  readonly reason: 'token_dead' | 'token_expired' | null;
  readonly choices_sealed: string | null;
  readonly scopes: string[] | null;
  readonly missing_scopes: string[] | null;
  readonly expires_at: Date | null;
  readonly connected_at: Date | null;
  readonly created_at: Date;
}

/** An account's own token, such as a Page's, does not end by itself. */
const SELECT = `
SELECT a.id, a.workspace_id, a.provider, a.oauth_app_id, a.consent_id, a.external_id, a.username, a.display_name,
  a.avatar_url, a.status, a.reason, a.choices_sealed, c.scopes, c.missing_scopes,
  CASE WHEN a.access_token_sealed IS NULL THEN c.expires_at END AS expires_at, a.connected_at, a.created_at
FROM accounts a LEFT JOIN provider_consents c ON c.id = a.consent_id`;

/** $1 id, $2 workspace or null for any */
export const VIEW = {
  name: 'accounts-view',
  text: `${SELECT} WHERE a.id = $1 AND ($2::text IS NULL OR a.workspace_id = $2)`,
};

/** $1 workspace, $2 provider or null, $3 status or null, $4 and $5 the last row's time and id or null, $6 how many */
export const LIST = {
  name: 'accounts-list',
  text: `${SELECT}
WHERE a.workspace_id = $1 AND ($2::text IS NULL OR a.provider = $2)
  AND (a.status = $3 OR ($3::text IS NULL AND a.status <> 'disconnected'))
  AND ($4::timestamptz IS NULL OR (a.created_at, a.id) > ($4, $5))
ORDER BY a.created_at, a.id LIMIT $6`,
};

/** What {@link TOKEN} returns. */
export interface TokenRow {
  readonly workspace_id: string;
  readonly provider: string;
  readonly oauth_app_id: string;
  readonly external_id: string | null;
  readonly status: AccountRow['status'];
  readonly own_token: string | null;
  readonly consent_id: string | null;
  readonly consent_token: string | null;
  readonly scopes: string[] | null;
  readonly expires_at: Date | null;
  readonly fresh: boolean | null;
}

/**
 * The token of an account, and whether it is fresh. Nobody can be given more of a token than its provider gives: half
 * of its life is enough. $1 id, $2 seconds for which it must live
 */
export const TOKEN = {
  name: 'accounts-token',
  text: `
SELECT a.workspace_id, a.provider, a.oauth_app_id, a.external_id, a.status, a.access_token_sealed AS own_token,
  a.consent_id,
  c.access_token_sealed AS consent_token, c.scopes, c.expires_at,
  c.expires_at IS NULL OR c.expires_at - clock_timestamp()
    >= least(make_interval(secs => $2), (c.expires_at - c.token_issued_at) / 2) AS fresh
FROM accounts a LEFT JOIN provider_consents c ON c.id = a.consent_id WHERE a.id = $1`,
};
