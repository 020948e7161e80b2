import type { OAuthClientProvider, OAuthDiscoveryState } from '@modelcontextprotocol/sdk/client/auth.js';
import type {
  OAuthClientInformationMixed,
  OAuthClientMetadata,
  OAuthTokens,
} from '@modelcontextprotocol/sdk/shared/auth.js';

type Scope = Parameters<NonNullable<OAuthClientProvider['invalidateCredentials']>>[0];

/**
 * What an MCP host keeps for one server, and what it does when the user has to be asked: here it only notes the
 * authorization URLs. It serves the SDK of either generation.
 */
export class StoredCredentials implements OAuthClientProvider {
  readonly redirectUrl = 'http://localhost:7003/callback';
  /** Every authorization URL that the user was to be sent to, in order. */
  readonly redirects: URL[] = [];
  /** Every registration that was answered, in order. */
  readonly registrations: OAuthClientInformationMixed[] = [];
  /** What the SDK threw away, in order. */
  readonly invalidated: Scope[] = [];
  private client: OAuthClientInformationMixed | undefined;
  private current: OAuthTokens | undefined;
  private verifier = '';
  private discovery: OAuthDiscoveryState | undefined;

  /** @param metadata over the defaults of this host */
  constructor(private readonly metadata: Partial<OAuthClientMetadata> = {}) {}

  get clientMetadata(): OAuthClientMetadata {
    return { client_name: 'A host', redirect_uris: [this.redirectUrl], ...this.metadata };
  }

  state(): string {
    return 'state of the host';
  }

  clientInformation(): OAuthClientInformationMixed | undefined {
    return this.client;
  }

  saveClientInformation(client: OAuthClientInformationMixed): void {
    this.client = client;
    this.registrations.push(client);
  }

  tokens(): OAuthTokens | undefined {
    return this.current;
  }

  saveTokens(tokens: OAuthTokens): void {
    this.current = tokens;
  }

  redirectToAuthorization(url: URL): void {
    this.redirects.push(url);
  }

  saveCodeVerifier(verifier: string): void {
    this.verifier = verifier;
  }

  codeVerifier(): string {
    return this.verifier;
  }

  saveDiscoveryState(state: OAuthDiscoveryState): void {
    this.discovery = state;
  }

  discoveryState(): OAuthDiscoveryState | undefined {
    return this.discovery;
  }

  invalidateCredentials(scope: Scope): void {
    this.invalidated.push(scope);
    if (scope === 'all' || scope === 'client') this.client = undefined;
    if (scope === 'all' || scope === 'tokens') this.current = undefined;
    if (scope === 'all' || scope === 'discovery') this.discovery = undefined;
  }
}
