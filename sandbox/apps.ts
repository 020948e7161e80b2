/** An OAuth app as it is registered at one provider. */
export interface SandboxApp {
  readonly provider: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Compared character by character. */
  readonly redirectUris: readonly string[];
  /** What the provider lets it ask for; undefined means everything. */
  readonly scopes?: readonly string[];
  /** Meta: only people with a role may consent. */
  readonly development?: boolean;
  /** Meta: "Require App Secret" is on. */
  readonly requiresProof?: boolean;
  /** Instagram: the code's reply comes flat instead of as `data: […]`. */
  readonly flatReply?: boolean;
  /** LinkedIn: an approved partner, who gets refresh tokens. */
  readonly partner?: boolean;
  /** TikTok: registered for Desktop, which needs the hex challenge. */
  readonly desktop?: boolean;
}

const SAMPLES: readonly Omit<SandboxApp, 'redirectUris'>[] = [
  { provider: 'instagram', clientId: '990602627938098', clientSecret: 'a1b2c3d4e5f60718293a4b5c6d7e8f90' },
  {
    provider: 'instagram',
    clientId: '990602627938099',
    clientSecret: 'b1b2c3d4e5f60718293a4b5c6d7e8f90',
    flatReply: true,
  },
  {
    provider: 'facebook',
    clientId: '730506002938475',
    clientSecret: '0f9e8d7c6b5a49382716059483726150',
    requiresProof: true,
  },
  {
    provider: 'facebook',
    clientId: '730506002938476',
    clientSecret: '1f9e8d7c6b5a49382716059483726150',
    development: true,
  },
  // Secrets with - and _: form-encoded Basic would change them.
  {
    provider: 'x',
    clientId: 'c2FuZGJveC1hcHAtb25lLWZvci14OjE6Y2k',
    clientSecret: 'sandbox-secret_with-dashes_and-lines_of-x-0001',
  },
  {
    provider: 'x',
    clientId: 'c2FuZGJveC1hcHAtdHdvLWZvci14OjE6Y2k',
    clientSecret: 'sandbox-secret_with-dashes_and-lines_of-x-0002',
  },
  {
    provider: 'linkedin',
    clientId: '78sandbox1app0',
    clientSecret: 'WPL_AP1.sandbox.one==',
    scopes: ['openid', 'profile', 'w_member_social'],
  },
  { provider: 'linkedin', clientId: '78sandbox2app0', clientSecret: 'WPL_AP1.sandbox.two==', partner: true },
  { provider: 'tiktok', clientId: 'awsandboxclientkey1', clientSecret: 'sandboxTikTokClientSecretNumber1' },
  {
    provider: 'tiktok',
    clientId: 'awsandboxclientkey2',
    clientSecret: 'sandboxTikTokClientSecretNumber2',
    desktop: true,
  },
];

/**
 * The apps that exist from the start: two per provider, the first plain, the second special.
 *
 * @param callbackOrigins origins whose `/v1/oauth/{provider}/callback` is registered
 */
export function sampleApps(callbackOrigins: readonly string[]): SandboxApp[] {
  return SAMPLES.map((app) => ({
    ...app,
    redirectUris: callbackOrigins.map((origin) => `${origin}/v1/oauth/${app.provider}/callback`),
  }));
}
