// Generated from docs/openapi.json by "npm run docs:generate". Do not edit.

export interface paths {
    "/v1/audit-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List audit events
         * @description Oldest first, written within a second. To export, go on with the id of the last event as `cursor`: nothing is missed. `Accept: application/x-ndjson` gets a line per event. Not for resource servers that are bound to a `resource`.
         */
        get: operations["listAuditEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/public/v1/me/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who am I?
         * @description Any live access token will do, whatever its scopes. The way for an app to test its token.
         */
        get: operations["me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dev/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in for development
         * @description There only while no `DASHBOARD_JWT_*` variable is set, outside production, and under the host of `PUBLIC_URL`; otherwise 404.
         */
        post: operations["openDevelopmentSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/public/v1/oauth/token/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * OAuth token endpoint
         * @description Accepts a form or JSON with the same meaning. `authorization_code`: grant_type, code, code_verifier, client_id, redirect_uri. `refresh_token`: grant_type, refresh_token, client_id. Confidential clients authenticate by HTTP Basic or client_secret.
         */
        post: operations["token"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/public/v1/oauth/revoke/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Revoke a token
         * @description An access token dies alone. A refresh token takes its grant with it: this device is signed out, other devices of the user are not.
         */
        post: operations["revoke"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/public/v1/oauth/introspect/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Introspect a token
         * @description For resource servers (HTTP Basic with an id and secret of RESOURCE_SERVERS) and for confidential clients about their own tokens.
         */
        post: operations["introspect"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/public/v1/oauth/apps/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List connected OAuth apps */
        get: operations["listConnectedApps"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/public/v1/oauth/apps/{app_id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Disconnect an OAuth app
         * @description A bearer needs `apps:write`, unless the app is its own. A second time answers 404.
         */
        delete: operations["disconnectApp"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subjects/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign a removed user out of every app */
        post: operations["revokeSubject"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/public/v1/oauth/register/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Register an OAuth client (DCR)
         * @description Desktop apps, CLIs and agents call this once and keep the client_id for every later flow. Registering the same public client again answers with the same client_id.
         */
        post: operations["registerClient"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/public/v1/oauth/authorize/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Initiate OAuth authorization
         * @description A valid request goes to the consent page of the dashboard. Errors go back to the client, except an unknown client or redirect_uri: those get a page.
         */
        get: operations["authorize"];
        put?: never;
        /** Initiate OAuth authorization by form */
        post: operations["authorizeByForm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/public/v1/oauth/authorize/requests/{request_id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show an authorization request to its user */
        get: operations["showConsent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/public/v1/oauth/authorize/requests/{request_id}/approve/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Approve an authorization request */
        post: operations["approveConsent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/public/v1/oauth/authorize/requests/{request_id}/deny/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Deny an authorization request */
        post: operations["denyConsent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/oauth/{provider}/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Start the OAuth flow
         * @description Returns the provider authorize URL; redirect the user there within 10 minutes. Fetch with credentials: the answer sets a cookie that ties the sign-in to this browser.
         */
        get: operations["startConnection"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/oauth/{provider}/callback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where the provider sends the browser
         * @description Goes on to the return URL, or to /accounts of the dashboard, with `connected=<account id>` (and `status=pending_selection` where the user has to choose), `completion=<token>` where the sign-in came back in another browser, or `error=<code>`.
         */
        get: operations["finishConnection"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/oauth/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Complete a sign-in that came back in another browser
         * @description By the user who started it, once, within 5 minutes. 404 for everybody else.
         */
        post: operations["completeConnection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/providers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Providers and what their OAuth apps need
         * @description The five built-in providers, and what PROVIDERS_FILE adds to them.
         */
        get: operations["listProviders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/oauth-apps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List OAuth apps
         * @description Each with the redirect_uri to register and the scopes that will be requested. Secrets are never returned.
         */
        get: operations["listOAuthApps"];
        put?: never;
        /**
         * Create an OAuth app
         * @description The secret is encrypted and never returned. The credentials are tried at the provider for 5 seconds at most; whatever comes of it is in `verification` and keeps nothing from being stored. The first app at a provider is its default.
         */
        post: operations["createOAuthApp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/oauth-apps/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show an OAuth app */
        get: operations["getOAuthApp"];
        put?: never;
        post?: never;
        /**
         * Delete an OAuth app
         * @description If it was the default, the oldest remaining app at that provider becomes it. 409 `in_use` while accounts are connected through it; disconnected ones do not count. A second time answers 404.
         */
        delete: operations["deleteOAuthApp"];
        options?: never;
        head?: never;
        /**
         * Change an OAuth app
         * @description What is left out stays. A new secret is tried at the provider like the first one. The client id cannot change: create another app instead.
         */
        patch: operations["updateOAuthApp"];
        trace?: never;
    };
    "/v1/accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List connected accounts
         * @description Oldest first. Disconnected ones are hidden unless `status` asks for them.
         */
        get: operations["listAccounts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a connected account */
        get: operations["getAccount"];
        put?: never;
        post?: never;
        /**
         * Disconnect an account
         * @description Its tokens are erased, and revoked at the provider unless another account shares the authorization. A second time answers 404. Connecting it again gives it the same id.
         */
        delete: operations["disconnectAccount"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{id}/select": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Select a page or organisation
         * @description For accounts with `pending_selection`. Where the chosen one is connected already, it gets the new consent and answers under its own id; the pending one is gone.
         */
        post: operations["selectAccount"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{id}/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Refresh a connection
         * @description Rarely needed: connections are renewed by themselves. Unchanged where the provider would refuse yet. 409 `needs_reconnect` where only the user can help; 503 `provider_unavailable` with `Retry-After` in an outage, and the status stays.
         */
        post: operations["refreshAccount"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{id}/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get a provider token
         * @description Fresh for at least `min_ttl` seconds. Ask for each use instead of storing it. 409 `needs_reconnect` where only the user can help.
         */
        post: operations["getProviderToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/oauth-authorization-server": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Authorization server metadata */
        get: operations["authorizationServerMetadata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/oauth-protected-resource": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Protected resource metadata */
        get: operations["protectedResourceMetadata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Liveness */
        get: operations["live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/startup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Startup
         * @description Answers once the database is migrated and the keys fit. Until then nothing listens here.
         */
        get: operations["startup"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Readiness
         * @description 503 while the database is away or the server is stopping. Answers within seconds, however busy the server is.
         */
        get: operations["ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        AuditActorView: {
            /**
             * @example user
             * @enum {string}
             */
            kind: "user" | "app" | "client" | "service" | "operator" | "system" | "anonymous";
            /** @example usr_42 */
            id: string | null;
        };
        AuditEventView: {
            /**
             * @description Rises; also the cursor.
             * @example 4711
             */
            id: string;
            /**
             * Format: date-time
             * @example 2026-11-22T12:34:56.789Z
             */
            at: string;
            /** @example app.disconnected */
            event: string;
            /**
             * @example success
             * @enum {string}
             */
            outcome: "success" | "refused";
            actor: components["schemas"]["AuditActorView"];
            /** @example org:acme */
            workspace_id: string | null;
            /**
             * @description What it was done to: ids, names and counts.
             * @example {
             *       "client_id": "sd_cl_4QXn…",
             *       "grants": 2
             *     }
             */
            subject: {
                [key: string]: unknown;
            };
            /** @example 203.0.113.7 */
            address: string | null;
            /** @example Mozilla/5.0 (X11; Linux x86_64) */
            user_agent: string | null;
            /** @description Leads to the log lines of the request. */
            request_id: string | null;
        };
        AuditEventPage: {
            data: components["schemas"]["AuditEventView"][];
            /** @description For the next page; null on the last. */
            next_cursor: string | null;
        };
        FieldError: {
            /** @example scopes */
            field: string;
            /** @example must name at least one scope of the request */
            message: string;
        };
        Problem: {
            /** @example about:blank */
            type: string;
            /** @example Not Found */
            title: string;
            /** @example 404 */
            status: number;
            /**
             * @example not_found
             * @enum {string}
             */
            code: "invalid_request" | "invalid_client" | "invalid_grant" | "unauthorized_client" | "unsupported_grant_type" | "unsupported_response_type" | "invalid_scope" | "invalid_target" | "access_denied" | "interaction_required" | "request_not_supported" | "request_uri_not_supported" | "invalid_redirect_uri" | "invalid_client_metadata" | "invalid_token" | "insufficient_scope" | "unauthorized" | "invalid_input" | "unknown_provider" | "no_oauth_app" | "in_use" | "needs_reconnect" | "bad_client_credentials" | "provider_unavailable" | "state_invalid" | "state_used" | "state_expired" | "completion_used" | "completion_expired" | "not_found" | "already_decided" | "workspace_changed" | "request_expired" | "method_not_allowed" | "payload_too_large" | "unsupported_media_type" | "too_many_requests" | "server_error" | "temporarily_unavailable" | "account_mismatch" | "no_eligible_account" | "selection_pending";
            /** @example There is nothing here, or it belongs to somebody else. */
            detail: string;
            errors?: components["schemas"]["FieldError"][];
            /** @description With 5xx: what to quote to support. */
            request_id?: string;
        };
        Me: {
            /**
             * @description `sub` of the dashboard JWT of the user, also where an app calls for them.
             * @example usr_42
             */
            user_id: string;
            /**
             * @description `org:` and the workspace claim of the dashboard JWT; `user:` and the user's id where it has none.
             * @example org:acme
             */
            workspace_id: string;
            /**
             * @description The app that calls; null for the user at the dashboard.
             * @example sd_cl_HzVQnr8FhsFUNiAtozrDPQwnCXv_cUeTCK5mhdQwIJ4
             */
            client_id: string | null;
            /**
             * @description What the app was granted. Empty for the user at the dashboard, whom no scope limits.
             * @example [
             *       "profile:read"
             *     ]
             */
            scopes: string[];
            /**
             * Format: date-time
             * @description When the credentials end.
             * @example 2026-11-21T12:00:00.000Z
             */
            expires_at: string;
        };
        DevelopmentSessionRequest: {
            /**
             * Format: email
             * @description Any address: nothing is sent to it. At most 251 characters, for `dev:` goes before it to make a user id.
             * @example ada@example.com
             */
            email: string;
        };
        DevelopmentSession: {
            /**
             * @description A dashboard JWT (HS256) for `Authorization: Bearer`.
             * @example eyJhbGciOiJIUzI1NiJ9…
             */
            token: string;
            /**
             * @description Seconds until the token ends.
             * @example 28800
             */
            expires_in: number;
        };
        OAuthError: {
            /**
             * @description A code of RFC 6749, 7591 or 8707.
             * @example invalid_grant
             */
            error: string;
            /** @example The code is unknown, used, expired, or was issued for another request. */
            error_description: string;
            /** @description With 5xx: what to quote to support. */
            request_id?: string;
        };
        TokenRequest: {
            /**
             * @example authorization_code
             * @enum {string}
             */
            grant_type: "authorization_code" | "refresh_token";
            /**
             * @description The code from the redirect.
             * @example sd_ac_2mT0…
             */
            code?: string;
            /**
             * @description The PKCE verifier (RFC 7636 §4.1).
             * @example dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk
             */
            code_verifier?: string;
            /**
             * @description Required unless HTTP Basic is used.
             * @example sd_cl_HzVQnr8FhsFUNiAtozrDPQwnCXv_cUeTCK5mhdQwIJ4
             */
            client_id?: string;
            /** @description For confidential clients that do not use HTTP Basic. */
            client_secret?: string;
            /**
             * @description If sent, it must equal the one of the authorization request.
             * @example http://127.0.0.1:8976/callback
             */
            redirect_uri?: string;
            /**
             * @description The newest refresh token.
             * @example sd_rt_k0aT…
             */
            refresh_token?: string;
            /**
             * @description At refresh: fewer scopes than were granted.
             * @example profile:read
             */
            scope?: string;
            /** @description A resource indicator within what was granted (RFC 8707). */
            resource?: string;
        };
        TokenResponse: {
            /** @example sd_at_Jk3v… */
            access_token: string;
            /**
             * @example Bearer
             * @enum {string}
             */
            token_type: "Bearer";
            /**
             * @description Seconds until the access token ends.
             * @example 3600
             */
            expires_in: number;
            /**
             * @description Replaces the one that was sent.
             * @example sd_rt_k0aT…
             */
            refresh_token?: string;
            /**
             * @description What was granted, separated by spaces.
             * @example profile:read
             */
            scope: string;
        };
        PresentedToken: {
            /** @example sd_at_Jk3v… */
            token: string;
            /**
             * @description Not needed: the token tells its kind.
             * @example access_token
             */
            token_type_hint?: string;
            /**
             * @description Public clients name themselves; others authenticate.
             * @example sd_cl_HzVQnr8FhsFUNiAtozrDPQwnCXv_cUeTCK5mhdQwIJ4
             */
            client_id?: string;
            /** @description For confidential clients that do not use HTTP Basic. */
            client_secret?: string;
        };
        IntrospectionResponse: {
            /** @example true */
            active: boolean;
            /** @example profile:read */
            scope?: string;
            /** @example sd_cl_HzVQnr8FhsFUNiAtozrDPQwnCXv_cUeTCK5mhdQwIJ4 */
            client_id?: string;
            /**
             * @description The user, as the dashboard names them.
             * @example usr_42
             */
            sub?: string;
            /** @example org:acme */
            workspace_id?: string;
            /**
             * @description The resource or resources that the token is for.
             * @example https://api.example.com
             */
            aud?: string | string[];
            /** @example https://auth.example.com */
            iss?: string;
            /**
             * @description Seconds since 1970.
             * @example 1795305600
             */
            exp?: number;
            /**
             * @example Bearer
             * @enum {string}
             */
            token_type?: "Bearer" | "refresh_token";
        };
        ConnectedApp: {
            /**
             * @description The client id.
             * @example sd_cl_HzVQnr8FhsFUNiAtozrDPQwnCXv_cUeTCK5mhdQwIJ4
             */
            id: string;
            /** @example sd_cl_HzVQnr8FhsFUNiAtozrDPQwnCXv_cUeTCK5mhdQwIJ4 */
            client_id: string;
            /** @example Acme Desktop */
            name: string | null;
            /** @example https://acme.example/logo.png */
            logo_uri: string | null;
            /** @example https://acme.example */
            client_uri: string | null;
            /**
             * @description Everything any of its grants may do.
             * @example [
             *       "profile:read"
             *     ]
             */
            scopes: string[];
            /**
             * Format: date-time
             * @description The first of its live grants.
             * @example 2026-11-21T09:30:00.000Z
             */
            authorized_at: string;
            /**
             * Format: date-time
             * @description When it last got tokens.
             * @example 2026-11-22T12:00:00.000Z
             */
            last_used_at: string;
            /**
             * @description How many devices it is signed in on.
             * @example 2
             */
            grants: number;
        };
        RevokeSubjectRequest: {
            /**
             * @description `sub` of the dashboard JWT.
             * @example usr_42
             */
            user_id?: string;
            /**
             * @description As introspection names it.
             * @example org:acme
             */
            workspace_id?: string;
        };
        RegisterClientRequest: {
            /**
             * @description https, http on a loopback host (any port at authorize time), or a private-use scheme.
             * @example [
             *       "http://127.0.0.1/callback"
             *     ]
             */
            redirect_uris: string[];
            /**
             * @description Shown on the consent page.
             * @example Acme Desktop
             */
            client_name?: string;
            /**
             * @default none
             * @example none
             * @enum {string}
             */
            token_endpoint_auth_method: "none" | "client_secret_basic" | "client_secret_post";
            /**
             * @default [
             *       "authorization_code",
             *       "refresh_token"
             *     ]
             * @example [
             *       "authorization_code",
             *       "refresh_token"
             *     ]
             */
            grant_types: string[];
            /**
             * @default [
             *       "code"
             *     ]
             * @example [
             *       "code"
             *     ]
             */
            response_types: string[];
            /**
             * @description What it asks for where a request names no scope. A request may ask for more.
             * @example profile:read accounts:read
             */
            scope?: string;
            /** @example https://acme.example */
            client_uri?: string;
            /** @example https://acme.example/logo.png */
            logo_uri?: string;
            /** @example https://acme.example/terms */
            tos_uri?: string;
            /** @example https://acme.example/privacy */
            policy_uri?: string;
            /**
             * @example [
             *       "support@acme.example"
             *     ]
             */
            contacts?: string[];
            /** @example com.acme.desktop */
            software_id?: string;
            /** @example 2.1.0 */
            software_version?: string;
        };
        RegisterClientResponse: {
            /**
             * @description https, http on a loopback host (any port at authorize time), or a private-use scheme.
             * @example [
             *       "http://127.0.0.1/callback"
             *     ]
             */
            redirect_uris: string[];
            /**
             * @description Shown on the consent page.
             * @example Acme Desktop
             */
            client_name?: string;
            /**
             * @default none
             * @example none
             * @enum {string}
             */
            token_endpoint_auth_method: "none" | "client_secret_basic" | "client_secret_post";
            /**
             * @default [
             *       "authorization_code",
             *       "refresh_token"
             *     ]
             * @example [
             *       "authorization_code",
             *       "refresh_token"
             *     ]
             */
            grant_types: string[];
            /**
             * @default [
             *       "code"
             *     ]
             * @example [
             *       "code"
             *     ]
             */
            response_types: string[];
            /**
             * @description What it asks for where a request names no scope. A request may ask for more.
             * @example profile:read accounts:read
             */
            scope?: string;
            /** @example https://acme.example */
            client_uri?: string;
            /** @example https://acme.example/logo.png */
            logo_uri?: string;
            /** @example https://acme.example/terms */
            tos_uri?: string;
            /** @example https://acme.example/privacy */
            policy_uri?: string;
            /**
             * @example [
             *       "support@acme.example"
             *     ]
             */
            contacts?: string[];
            /** @example com.acme.desktop */
            software_id?: string;
            /** @example 2.1.0 */
            software_version?: string;
            /** @example sd_cl_HzVQnr8FhsFUNiAtozrDPQwnCXv_cUeTCK5mhdQwIJ4 */
            client_id: string;
            /**
             * @description Seconds since 1970.
             * @example 1795305600
             */
            client_id_issued_at: number;
            /**
             * @description Confidential clients only; shown this once.
             * @example sd_cs_9vKd…
             */
            client_secret?: string;
            /**
             * @description With a secret: 0, it does not expire.
             * @example 0
             */
            client_secret_expires_at?: number;
        };
        ConsentClient: {
            /** @example sd_cl_HzVQnr8FhsFUNiAtozrDPQwnCXv_cUeTCK5mhdQwIJ4 */
            id: string;
            /**
             * @description What it calls itself; nobody has checked it.
             * @example Acme Desktop
             */
            name: string | null;
            /** @example https://acme.example/logo.png */
            logo_uri: string | null;
            /** @example https://acme.example */
            client_uri: string | null;
            /**
             * @description Listed by the operator in VERIFIED_CLIENTS.
             * @example false
             */
            verified: boolean;
        };
        ConsentScope: {
            /** @example profile:read */
            name: string;
            /** @example See who you are */
            description: string;
            /**
             * @description This user has not granted it to this app before.
             * @example true
             */
            is_new: boolean;
            /**
             * @description Deserves a warning.
             * @example false
             */
            sensitive: boolean;
        };
        ConsentView: {
            /** @example sd_ar_Zm9v… */
            request_id: string;
            client: components["schemas"]["ConsentClient"];
            /**
             * @description Where the answer goes; show it.
             * @example 127.0.0.1:8976
             */
            redirect_host: string;
            /**
             * @description The answer stays on this computer; any program on it could have asked.
             * @example true
             */
            is_loopback: boolean;
            scopes: components["schemas"]["ConsentScope"][];
            /**
             * @description The workspace that the tokens will act in.
             * @example org:acme
             */
            workspace_id: string;
            /**
             * @description What the tokens are for.
             * @example https://api.example.com
             */
            resource: string;
            /**
             * @description All of them, where there are several.
             * @example [
             *       "https://api.example.com",
             *       "https://mcp.example.com"
             *     ]
             */
            resources?: string[];
            /**
             * Format: date-time
             * @example 2026-11-22T12:10:00.000Z
             */
            expires_at: string;
        };
        ApproveRequest: {
            /**
             * @description Grant only these of the scopes asked for; all of them if left out.
             * @example [
             *       "profile:read"
             *     ]
             */
            scopes?: string[];
        };
        ConsentDecision: {
            /** @example http://127.0.0.1:8976/callback?code=sd_ac_…&state=af0if&iss=https%3A%2F%2Fauth.example.com */
            redirect_to: string;
        };
        StartView: {
            /**
             * @description The provider's consent page. Open it in the browser that called this.
             * @example https://x.com/i/oauth2/authorize?client_id=…
             */
            authorize_url: string;
        };
        CompleteRequest: {
            /**
             * @description The `completion` of the return URL.
             * @example sd_co_Zm9v…
             */
            completion: string;
        };
        ChoiceView: {
            /** @example 101000000000001 */
            external_id: string;
            /** @example Ada's Bakery */
            name: string;
            /** @example true */
            selectable: boolean;
            /**
             * @description Why not, and what to do about it.
             * @example null
             */
            reason: string | null;
        };
        AccountView: {
            /** @example acc_1vJ8cE0y2Qw7mB3nK5tR9A */
            id: string;
            /** @example x */
            provider: string;
            /** @example oa_1vJ8cE0y2Qw7mB3nK5tR9A */
            oauth_app_id: string;
            /**
             * @description Its id at the provider, always text. Null until a page is selected.
             * @example 2244994945
             */
            external_id: string | null;
            /** @example ada_sample */
            username: string | null;
            /** @example Ada Sample */
            display_name: string | null;
            /** @example https://pbs.twimg.com/profile_images/ada.jpg */
            avatar_url: string | null;
            /**
             * @example active
             * @enum {string}
             */
            status: "active" | "pending_selection" | "needs_reconnect" | "disconnected";
            /**
             * @description With needs_reconnect: `token_dead`, the provider ended it; `token_expired`, it ran out; `key_lost`, the server lost the key to it.
             * @example null
             * @enum {string|null}
             */
            reason: "token_dead" | "token_expired" | "key_lost" | null;
            /**
             * @description What the user granted.
             * @example [
             *       "tweet.write"
             *     ]
             */
            scopes: string[];
            /**
             * @description Requested, but not granted.
             * @example []
             */
            missing_scopes: string[];
            /**
             * Format: date-time
             * @description When the present provider token ends; it is renewed before where that is possible.
             * @example 2026-11-22T14:00:00.000Z
             */
            expires_at: string | null;
            /**
             * Format: date-time
             * @description Of the latest consent. Null until a page is selected.
             * @example 2026-11-22T12:00:00.000Z
             */
            connected_at: string | null;
            /** @description With pending_selection: what may be selected. */
            choices?: components["schemas"]["ChoiceView"][];
        };
        ProviderCredentialLabels: {
            /** @example Client key */
            client_id: string;
            /** @example Client secret */
            client_secret: string;
            /**
             * @description Where the provider shows them.
             * @example TikTok for Developers > Manage apps > your app > Credentials
             */
            where: string;
        };
        ProviderOptionView: {
            /** @example app_type */
            name: string;
            /**
             * @example choice
             * @enum {string}
             */
            kind: "switch" | "text" | "choice";
            /** @example How the app is registered at TikTok */
            label: string;
            /**
             * @description What is meant where it is not set; null for a text.
             * @example web
             */
            default: boolean | string | null;
            /**
             * @description For a choice: what may be chosen.
             * @example [
             *       "web",
             *       "desktop"
             *     ]
             */
            values?: string[];
        };
        ProviderView: {
            /** @example tiktok */
            id: string;
            /** @example TikTok */
            name: string;
            /**
             * Format: uri
             * @description To be registered at the provider, character by character.
             * @example https://connect.example.com/v1/oauth/tiktok/callback
             */
            redirect_uri: string;
            /**
             * @description What an app asks for, unless its settings add to it.
             * @example [
             *       "user.info.basic",
             *       "video.publish",
             *       "video.upload"
             *     ]
             */
            scopes: string[];
            credentials: components["schemas"]["ProviderCredentialLabels"];
            options: components["schemas"]["ProviderOptionView"][];
            /**
             * @description What usually goes wrong while an app is set up.
             * @example [
             *       "Use the Client key, not the App ID."
             *     ]
             */
            setup_hints: string[];
            /**
             * @description Whether the provider accepts this redirect_uri at all.
             * @example true
             */
            works_here: boolean;
            /**
             * @description Why it does not; null where it does.
             * @example null
             */
            reason: string | null;
        };
        OAuthAppView: {
            /** @example oa_1vJ8cE0y2Qw7mB3nK5tR9A */
            id: string;
            /** @example x */
            provider: string;
            /** @example My X App */
            name: string;
            /** @example c2FuZGJveC1hcHAtb25lLWZvci14OjE6Y2k */
            client_id: string;
            /**
             * @description To tell secrets apart; empty for a very short one.
             * @example 9f3c
             */
            client_secret_last4: string;
            /**
             * Format: uri
             * @description Register it at the provider, character by character. Null while the operator has no such provider configured.
             * @example https://connect.example.com/v1/oauth/x/callback
             */
            redirect_uri: string | null;
            /**
             * @description What users are asked for, settings included.
             * @example [
             *       "tweet.write",
             *       "media.write",
             *       "users.read",
             *       "offline.access",
             *       "tweet.read"
             *     ]
             */
            scopes: string[];
            /**
             * @description The settings that were given.
             * @example {}
             */
            options: {
                [key: string]: string | boolean;
            };
            /**
             * @description Used where a start names no app. One per provider.
             * @example true
             */
            is_default: boolean;
            /**
             * @description Whether the provider accepted client id and secret when they were stored. `unknown`: it did not say, and the app may well work.
             * @example ok
             * @enum {string}
             */
            verification: "ok" | "failed" | "unknown";
            /**
             * @description For people: why it is not ok, and usual mix-ups that the credentials look like.
             * @example null
             */
            verification_hint: string | null;
            /**
             * Format: date-time
             * @description When the provider said so; null where it said nothing.
             * @example 2026-11-21T09:30:00.000Z
             */
            verified_at: string | null;
            /**
             * Format: date-time
             * @example 2026-11-21T09:30:00.000Z
             */
            created_at: string;
        };
        CreateOAuthAppRequest: {
            /**
             * @description One of `GET /v1/providers`.
             * @example x
             */
            provider: string;
            /**
             * @description For you.
             * @example My X App
             */
            name: string;
            /**
             * @description Your app's client id, or client key. White space around it is dropped.
             * @example c2FuZGJveC1hcHAtb25lLWZvci14OjE6Y2k
             */
            client_id: string;
            /**
             * @description Your app's client secret. Stored encrypted, never returned. White space around it is dropped.
             * @example the-secret-that-the-provider-shows
             */
            client_secret: string;
            /**
             * @description Settings that this provider knows, by the names that `GET /v1/providers` lists: `{"app_type": "desktop"}` for an app that TikTok registered for Desktop.
             * @example {}
             */
            options?: {
                [key: string]: string | boolean;
            };
        };
        UpdateOAuthAppRequest: {
            /** @example My X App */
            name?: string;
            /**
             * @description A new secret for the same client id. It is checked at the provider.
             * @example the-new-secret-that-the-provider-shows
             */
            client_secret?: string;
            /**
             * @description Make it the provider's default in this workspace. To end that, make another app the default.
             * @example true
             * @enum {boolean}
             */
            is_default?: true;
        };
        AccountPage: {
            data: components["schemas"]["AccountView"][];
            /**
             * @description For the next page; null on the last.
             * @example null
             */
            next_cursor: string | null;
        };
        SelectRequest: {
            /**
             * @description One of the account’s choices.
             * @example 101000000000001
             */
            external_id: string;
        };
        ProviderTokenRequest: {
            /**
             * @description Seconds. More than half of what the provider gives cannot be had.
             * @default 60
             * @example 600
             */
            min_ttl: number;
        };
        ProviderToken: {
            /**
             * @description For the provider’s API. Do not store it: ask again.
             * @example AQV…
             */
            access_token: string;
            /**
             * @example Bearer
             * @enum {string}
             */
            token_type: "Bearer";
            /**
             * Format: date-time
             * @description Null where it does not end by itself.
             * @example 2026-11-22T14:00:00.000Z
             */
            expires_at: string | null;
            /**
             * @example [
             *       "tweet.write"
             *     ]
             */
            scopes: string[];
            /** @example x */
            provider: string;
            /** @example 2244994945 */
            external_id: string;
        };
        AuthorizationServerMetadata: {
            /** @example https://auth.example.com */
            issuer: string;
            /** @example https://auth.example.com/public/v1/oauth/authorize/ */
            authorization_endpoint: string;
            /** @example https://auth.example.com/public/v1/oauth/token/ */
            token_endpoint: string;
            /** @example https://auth.example.com/public/v1/oauth/register/ */
            registration_endpoint: string;
            /** @example https://auth.example.com/public/v1/oauth/revoke/ */
            revocation_endpoint: string;
            /** @example https://auth.example.com/public/v1/oauth/introspect/ */
            introspection_endpoint: string;
            /**
             * @example [
             *       "profile:read",
             *       "accounts:read"
             *     ]
             */
            scopes_supported: string[];
            /**
             * @example [
             *       "code"
             *     ]
             */
            response_types_supported: string[];
            /**
             * @example [
             *       "query"
             *     ]
             */
            response_modes_supported: string[];
            /**
             * @example [
             *       "authorization_code",
             *       "refresh_token"
             *     ]
             */
            grant_types_supported: string[];
            /**
             * @example [
             *       "none",
             *       "client_secret_basic",
             *       "client_secret_post"
             *     ]
             */
            token_endpoint_auth_methods_supported: string[];
            /**
             * @example [
             *       "none",
             *       "client_secret_basic",
             *       "client_secret_post"
             *     ]
             */
            revocation_endpoint_auth_methods_supported: string[];
            /**
             * @example [
             *       "client_secret_basic",
             *       "client_secret_post"
             *     ]
             */
            introspection_endpoint_auth_methods_supported: string[];
            /**
             * @example [
             *       "S256"
             *     ]
             */
            code_challenge_methods_supported: string[];
            /**
             * @description RFC 9207.
             * @example true
             */
            authorization_response_iss_parameter_supported: boolean;
            /** @example https://auth.example.com/docs */
            service_documentation: string;
        };
        ProtectedResourceMetadata: {
            /** @example https://auth.example.com */
            resource: string;
            /**
             * @example [
             *       "https://auth.example.com"
             *     ]
             */
            authorization_servers: string[];
            /**
             * @example [
             *       "profile:read",
             *       "accounts:read"
             *     ]
             */
            scopes_supported: string[];
            /**
             * @example [
             *       "header"
             *     ]
             */
            bearer_methods_supported: string[];
            /** @example https://auth.example.com/docs */
            resource_documentation: string;
        };
        Health: {
            /** @enum {string} */
            status: "ok";
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listAuditEvents: {
        parameters: {
            query?: {
                limit?: number;
                /** @description The id of the last event you have: what came after it. */
                cursor?: string;
                /** @description Only those of this workspace. */
                workspace_id?: string;
                /** @description Only these. */
                event?: "client.registered" | "consent.approved" | "consent.denied" | "tokens.issued" | "code.replayed" | "refresh_token.reused" | "token.revoked" | "app.disconnected" | "subject.revoked" | "oauth_app.created" | "oauth_app.changed" | "oauth_app.secret_rotated" | "oauth_app.deleted" | "account.connected" | "account.selected" | "account.disconnected" | "account.needs_reconnect" | "provider_token.read" | "service.refused" | "keys.rotated";
                /** @description From then on. */
                since?: string;
                /** @description Before then. */
                until?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page; go on with `next_cursor` until it is null. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditEventPage"];
                    "application/x-ndjson": components["schemas"]["AuditEventView"];
                };
            };
            /** @description bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests */
            429: {
                headers: {
                    /** @description Seconds until it may be tried again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description service unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    openDevelopmentSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DevelopmentSessionRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DevelopmentSession"];
                };
            };
            /** @description bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    token: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["TokenRequest"];
                "application/json": components["schemas"]["TokenRequest"];
            };
        };
        responses: {
            /** @description Tokens. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenResponse"];
                };
            };
            /** @description bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthError"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthError"];
                };
            };
            /** @description too many requests */
            429: {
                headers: {
                    /** @description Seconds until it may be tried again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthError"];
                };
            };
        };
    };
    revoke: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["PresentedToken"];
                "application/json": components["schemas"]["PresentedToken"];
            };
        };
        responses: {
            /** @description The token does not work any more, if it ever did. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthError"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthError"];
                };
            };
            /** @description too many requests */
            429: {
                headers: {
                    /** @description Seconds until it may be tried again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthError"];
                };
            };
        };
    };
    introspect: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["PresentedToken"];
                "application/json": components["schemas"]["PresentedToken"];
            };
        };
        responses: {
            /** @description The state of the token. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IntrospectionResponse"];
                };
            };
            /** @description bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthError"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthError"];
                };
            };
            /** @description too many requests */
            429: {
                headers: {
                    /** @description Seconds until it may be tried again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthError"];
                };
            };
        };
    };
    listConnectedApps: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The apps of this user. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConnectedApp"][];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    disconnectApp: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id from the list. */
                app_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Nothing of it works any more. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeSubject: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RevokeSubjectRequest"];
            };
        };
        responses: {
            /** @description No token of theirs works any more. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests */
            429: {
                headers: {
                    /** @description Seconds until it may be tried again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    registerClient: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RegisterClientRequest"];
            };
        };
        responses: {
            /** @description The client. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RegisterClientResponse"];
                };
            };
            /** @description bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthError"];
                };
            };
            /** @description too many requests */
            429: {
                headers: {
                    /** @description Seconds until it may be tried again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthError"];
                };
            };
        };
    };
    authorize: {
        parameters: {
            query: {
                /** @description From registration. */
                client_id: string;
                /** @description A registered one; a loopback one with any port. */
                redirect_uri: string;
                response_type: "code";
                /** @description base64url(SHA-256(verifier)) (RFC 7636 §4.2). */
                code_challenge: string;
                code_challenge_method: "S256";
                /** @description Separated by spaces; the default scopes if left out. */
                scope?: string;
                /** @description Echoed byte for byte. */
                state?: string;
                /** @description What the tokens are for (RFC 8707); our API if left out. */
                resource?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description To the consent page, or back to the client with `error`, `state` and `iss`. */
            302: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Unknown client or redirect_uri: a page, or JSON on request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    authorizeByForm: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /**
                     * @description From registration.
                     * @example sd_cl_HzVQnr8FhsFUNiAtozrDPQwnCXv_cUeTCK5mhdQwIJ4
                     */
                    client_id: string;
                    /**
                     * @description A registered one; a loopback one with any port.
                     * @example http://127.0.0.1:8976/callback
                     */
                    redirect_uri: string;
                    /**
                     * @example code
                     * @enum {string}
                     */
                    response_type: "code";
                    /**
                     * @description base64url(SHA-256(verifier)) (RFC 7636 §4.2).
                     * @example E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM
                     */
                    code_challenge: string;
                    /**
                     * @example S256
                     * @enum {string}
                     */
                    code_challenge_method: "S256";
                    /**
                     * @description Separated by spaces; the default scopes if left out.
                     * @example profile:read accounts:read
                     */
                    scope?: string;
                    /**
                     * @description Echoed byte for byte.
                     * @example af0ifjsldkj
                     */
                    state?: string;
                    /** @description What the tokens are for (RFC 8707); our API if left out. */
                    resource?: string;
                };
            };
        };
        responses: {
            /** @description As with GET. */
            302: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description As with GET. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    showConsent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description From the address of the consent page. */
                request_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is asked for. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConsentView"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description gone */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests */
            429: {
                headers: {
                    /** @description Seconds until it may be tried again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    approveConsent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description From the address of the consent page. */
                request_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ApproveRequest"];
            };
        };
        responses: {
            /** @description Where to send the browser. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConsentDecision"];
                };
            };
            /** @description bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description gone */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests */
            429: {
                headers: {
                    /** @description Seconds until it may be tried again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    denyConsent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description From the address of the consent page. */
                request_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Where to send the browser. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConsentDecision"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description gone */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests */
            429: {
                headers: {
                    /** @description Seconds until it may be tried again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    startConnection: {
        parameters: {
            query?: {
                /** @description One of the workspace's OAuth apps; left out, its default at the provider, else the operator's. */
                oauth_app_id?: string;
                /** @description Where the browser goes in the end: beneath an address in RETURN_URLS. Default: /accounts of the dashboard. */
                return_url?: string;
                /** @description Connect this account again: it keeps its id and its app, and nobody else can take its place. */
                account_id?: string;
            };
            header?: never;
            path: {
                /** @description One of `GET /v1/providers`. */
                provider: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Authorize URL. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StartView"];
                };
            };
            /** @description bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests */
            429: {
                headers: {
                    /** @description Seconds until it may be tried again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    finishConnection: {
        parameters: {
            query?: {
                /** @description The provider's word for a refusal. */
                error?: unknown;
                /** @description The provider's. */
                code?: unknown;
                /** @description Of the authorize URL; good for one callback. */
                state?: unknown;
            };
            header?: never;
            path: {
                /** @description One of `GET /v1/providers`. */
                provider: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description To the return URL or the dashboard, with the result. */
            302: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    completeConnection: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CompleteRequest"];
            };
        };
        responses: {
            /** @description The account. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountView"];
                };
            };
            /** @description bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description gone */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listProviders: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderView"][];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listOAuthApps: {
        parameters: {
            query?: {
                /** @description Only those of this provider. */
                provider?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OAuth apps, oldest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthAppView"][];
                };
            };
            /** @description bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createOAuthApp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateOAuthAppRequest"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthAppView"];
                };
            };
            /** @description bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOAuthApp: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id from the list. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The app. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthAppView"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteOAuthApp: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id from the list. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateOAuthApp: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id from the list. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateOAuthAppRequest"];
            };
        };
        responses: {
            /** @description The app as it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthAppView"];
                };
            };
            /** @description bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAccounts: {
        parameters: {
            query?: {
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Only those at this provider. */
                provider?: string;
                /** @description None means all but disconnected ones. */
                status?: "active" | "pending_selection" | "needs_reconnect" | "disconnected";
                /** @description Whose; needed by resource servers, ignored otherwise. */
                workspace_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page; go on with `next_cursor` until it is null. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountPage"];
                };
            };
            /** @description bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests */
            429: {
                headers: {
                    /** @description Seconds until it may be tried again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAccount: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id from the list. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountView"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests */
            429: {
                headers: {
                    /** @description Seconds until it may be tried again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    disconnectAccount: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id from the list. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Disconnected, whatever the provider answered. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    selectAccount: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id from the list. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SelectRequest"];
            };
        };
        responses: {
            /** @description The connected account. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountView"];
                };
            };
            /** @description bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    refreshAccount: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id from the list. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account as it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountView"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description service unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getProviderToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Any account. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ProviderTokenRequest"];
            };
        };
        responses: {
            /** @description The token. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderToken"];
                };
            };
            /** @description bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests */
            429: {
                headers: {
                    /** @description Seconds until it may be tried again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description service unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    authorizationServerMetadata: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What this server can do. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthorizationServerMetadata"];
                };
            };
        };
    };
    protectedResourceMetadata: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who issues tokens for this API. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProtectedResourceMetadata"];
                };
            };
        };
    };
    live: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The process answers. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    startup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The server has started. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    ready: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The database answers. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description service unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
