import { matchesRedirectUri } from '../../client-registration/redirect-uri.js';

/** A parameter of an authorization response; undefined ones are left out. */
export type ResponseParameters = Readonly<Record<string, string | undefined>>;

/**
 * A redirect URI that was matched against the client's registered ones. Only its holder can send a browser
 * there, so an unchecked address cannot be redirected to (RFC 9700 §4.11).
 */
export class TrustedRedirect {
  private constructor(
    readonly uri: string,
    private readonly state: string | undefined,
    private readonly issuer: string,
  ) {}

  /**
   * @param registered the client's redirect URIs
   * @param presented the `redirect_uri` of the request
   * @param state the `state` of the request, to be echoed
   * @param issuer our issuer, sent as `iss` (RFC 9207)
   * @returns undefined where the presented URI is not the client's
   */
  static match(
    registered: readonly string[],
    presented: string,
    state: string | undefined,
    issuer: string,
  ): TrustedRedirect | undefined {
    return matchesRedirectUri(registered, presented)
      ? new TrustedRedirect(presented, state, issuer)
      : undefined;
  }

  /** The same from a stored request, whose URI was matched before it was stored. */
  static ofStoredRequest(
    request: { redirectUri: string; state: string | null },
    issuer: string,
  ): TrustedRedirect {
    return new TrustedRedirect(request.redirectUri, request.state ?? undefined, issuer);
  }

  /**
   * Where to send the browser. The URI's own query stays as it is (RFC 6749 §3.1.2); `state` and `iss` are
   * always last, and each once.
   */
  location(parameters: ResponseParameters): string {
    const query = Object.entries({ ...parameters, state: this.state, iss: this.issuer })
      .filter((entry): entry is [string, string] => entry[1] !== undefined)
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      .join('&');
    return this.uri + (this.uri.includes('?') ? '&' : '?') + query;
  }
}
