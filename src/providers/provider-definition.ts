import { z } from 'zod';
import { errorRow } from './error-row.js';
import { pattern } from './pattern.js';
import { requestTemplate, templateUrl } from './request-template.js';

const text = z.string().min(1).max(500);
const params = z.record(z.string(), z.string());
const scopeList = z.array(
  z.string().regex(/^[\x21\x23-\x2B\x2D-\x5B\x5D-\x7E]+$/, 'is not a scope without comma'),
);
/** Where a value is inside a reply: `data.0.id`. */
const path = z.string().regex(/^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/, 'must be a path such as data.0.id');
const pkceKind = z.enum(['none', 'S256', 'S256-hex']);
const positiveSeconds = z.int().positive();

/** A setting of one OAuth app at this provider, made by its owner. */
const appOption = z.discriminatedUnion('kind', [
  /** On adds scopes (and may be named by `choices.option`). */
  z.strictObject({ kind: z.literal('switch'), label: text, default: z.boolean(), scopes: scopeList }),
  /** Free text that becomes an authorize parameter; `replacesScopes` leaves `scope` out where it is set. */
  z.strictObject({
    kind: z.literal('text'),
    label: text,
    pattern,
    param: z.string().min(1),
    replacesScopes: z.boolean().default(false),
  }),
  /** One of several registrations of an app; each may need another PKCE. */
  z.strictObject({
    kind: z.literal('choice'),
    label: text,
    default: z.string(),
    values: z.record(z.string(), z.strictObject({ pkce: pkceKind.optional() })),
  }),
]);

/** How a token reply is read; `envelope` is tried first, the top level second. */
const tokenFields = z.strictObject({
  envelope: path.optional(),
  scope: path.default('scope'),
  refreshExpiresIn: path.default('refresh_expires_in'),
  accountId: path.optional(),
});

const refresh = z.discriminatedUnion('kind', [
  /** RFC 6749 §6, and every answer replaces the refresh token: using one twice may kill the connection. */
  z.strictObject({ kind: z.literal('rotating'), ahead: positiveSeconds }),
  /** RFC 6749 §6 with a refresh token that stays. */
  z.strictObject({ kind: z.literal('reusable'), ahead: positiveSeconds }),
  /** The living access token is exchanged for a longer one. Younger than `minAge` it is left alone. */
  z.strictObject({
    kind: z.literal('extend'),
    request: requestTemplate,
    minAge: z.int().min(0).default(0),
    ahead: positiveSeconds,
  }),
  z.strictObject({ kind: z.literal('none') }),
]);

const identity = z.strictObject({
  request: requestTemplate,
  id: path,
  /** Put before the id, for providers whose API wants URNs. */
  idPrefix: z.string().default(''),
  username: path.optional(),
  displayName: path.optional(),
  avatarUrl: path.optional(),
  /** Further ids of the same account, by our name for them. */
  otherIds: z.record(z.string(), path).default({}),
  /** Accounts that cannot be used, and what their owner can do about it. */
  ineligible: z.strictObject({ field: path, pattern, reason: text }).optional(),
});

/**
 * Everything we know about one provider, as data: the built-in ones are written in `definitions/`, others and
 * changes come from `PROVIDERS_FILE`. Times are in seconds.
 */
export const providerDefinition = z
  .strictObject({
    id: z.string().regex(/^[a-z][a-z0-9_-]{0,31}$/, 'must be 1 to 32 of a-z, 0-9, - and _, a letter first'),
    name: text,
    /** Stands for `{version}` in URLs and headers: the one place where an API version is pinned. */
    apiVersion: z
      .string()
      .regex(/^[A-Za-z0-9._-]+$/)
      .optional(),
    /** What the provider calls the credentials, where they are, and the usual mix-ups (see `credentialHints`). */
    credentials: z.strictObject({
      clientId: text,
      clientSecret: text,
      where: text,
      mixUps: z
        .array(z.strictObject({ field: z.enum(['client_id', 'client_secret']), pattern, hint: text }))
        .default([]),
    }),
    setupHints: z.array(text).default([]),
    /** https is always accepted; `httpHosts` over http too. `refusedHosts` are never accepted. */
    redirectUri: z
      .strictObject({
        httpHosts: z.array(z.string()).default([]),
        refusedHosts: z.array(z.string()).default([]),
        maxLength: z.int().positive().optional(),
        rule: text,
      })
      .optional(),
    scopes: z.strictObject({
      requested: scopeList.min(1),
      /** Without these nothing works: a connection that lacks one is refused. */
      required: scopeList.default([]),
      separator: z.enum([' ', ',']).default(' '),
    }),
    options: z.record(z.string().regex(/^[a-z][a-z0-9_]*$/), appOption).default({}),
    pkce: pkceKind.default('S256'),
    /** The name under which the client id is sent, everywhere. */
    clientIdParam: z.string().default('client_id'),
    /** `basic` is raw: base64(id:secret) without the form-encoding of RFC 6749 §2.3.1. */
    clientAuth: z.enum(['body', 'basic']).default('body'),
    /** Sent beside an access token in the query: HMAC-SHA256(app secret, token|time). */
    appSecretProof: z.boolean().default(false),
    authorize: z.strictObject({
      url: templateUrl,
      params: params.default({}),
      /** Added where the user shall be asked anew: a reconnect. */
      askAgainParams: params.default({}),
    }),
    token: z.strictObject({ url: templateUrl, fields: tokenFields.prefault({}) }),
    /** Turns the first access token into a long-lived one; its reply is read like the first. */
    secondExchange: requestTemplate.optional(),
    /** Where granted scopes are asked for, if token replies do not tell. */
    grantedScopes: z
      .strictObject({ request: requestTemplate, list: path, name: path, status: path, granted: z.string() })
      .optional(),
    refresh,
    identity,
    /** Several accounts behind one consent. `option` names the switch that turns it on; none means always. */
    choices: z
      .strictObject({
        hook: z.enum(['facebook-pages', 'linkedin-organisations']),
        baseUrl: templateUrl,
        headers: params.default({}),
        option: z.string().optional(),
        /** What to do where nothing at all is shown. */
        nothingShown: text,
      })
      .optional(),
    /** Asks the provider whether an access token still lives. */
    inspect: z
      .strictObject({
        request: requestTemplate,
        alive: path,
        expiresAt: path.optional(),
        dataAccessExpiresAt: path.optional(),
        /** Must hold our client id where it is given. */
        clientId: path.optional(),
      })
      .optional(),
    revoke: requestTemplate.optional(),
    /** The grant, with made-up values, that tells good credentials from bad ones without a user. */
    probe: z.enum(['client_credentials', 'refresh_token', 'authorization_code']).optional(),
    /** Tried in order before the rows that all providers share; the first that fits decides. */
    errors: z.array(errorRow).default([]),
  })
  .superRefine((definition, context) => {
    const { choices, options, scopes } = definition;
    const missing = scopes.required.find((scope) => !scopes.requested.includes(scope));
    if (missing)
      context.addIssue({ code: 'custom', path: ['scopes', 'required'], message: 'must be among requested' });
    if (choices?.option && options[choices.option]?.kind !== 'switch') {
      context.addIssue({
        code: 'custom',
        path: ['choices', 'option'],
        message: 'must name a switch in options',
      });
    }
    for (const [name, option] of Object.entries(options)) {
      if (option.kind === 'choice' && !Object.hasOwn(option.values, option.default)) {
        context.addIssue({
          code: 'custom',
          path: ['options', name, 'default'],
          message: 'must be one of values',
        });
      }
    }
    if (!definition.apiVersion && JSON.stringify(definition).includes('{version}')) {
      context.addIssue({ code: 'custom', path: ['apiVersion'], message: 'is needed: {version} is used' });
    }
  });

/** A definition as it is written: what has a default may be left out. */
export type ProviderDefinitionInput = z.input<typeof providerDefinition>;
/** A definition as it is used: complete. */
export type ProviderDefinition = z.output<typeof providerDefinition>;
/** How the code challenge is made: RFC 7636 §4.2, or hex(SHA-256(verifier)) as TikTok's desktop apps want it. */
export type PkceKind = z.output<typeof pkceKind>;
/** A setting of an OAuth app. */
export type AppOption = z.output<typeof appOption>;
