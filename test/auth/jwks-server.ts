import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from 'jose';

/** What the tokens of this issuer say about themselves. */
export const ISSUER = 'https://dashboard.example.com';
/** Whom they are for. */
export const AUDIENCE = 'swingdoor';

/** A key of the issuer. */
export interface IssuerKey {
  readonly jwk: JWK;
  readonly alg: string;
  readonly privateKey: CryptoKey;
}

/** A new key pair; without a kid where none is given. */
export async function newKey(alg: string, kid?: string): Promise<IssuerKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return { jwk: { ...(await exportJWK(publicKey)), kid, use: 'sig' }, alg, privateKey };
}

/** A dashboard JWT of the issuer that is good for ten minutes, but for what is given. */
export function signWith(
  { privateKey, alg, jwk }: IssuerKey,
  claims: JWTPayload = {},
  header: Partial<JWTHeaderParameters> = {},
): Promise<string> {
  const exp = Math.floor(Date.now() / 1000) + 600;
  return new SignJWT({ sub: 'usr_1', org_id: 'acme', iss: ISSUER, aud: AUDIENCE, exp, ...claims })
    .setProtectedHeader({ alg, kid: jwk.kid, ...header })
    .sign(privateKey);
}

/** The issuer's server: publishes keys, can be stopped and started on the same port, and can misbehave. */
export class JwksServer {
  keys: JWK[] = [];
  /** How often the document was asked for. */
  requests = 0;
  /** Answers in place of the document. */
  misbehaviour: RequestListener | undefined;
  private server: Server | undefined;
  private port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.port}/jwks`;
  }

  async start(): Promise<void> {
    this.server = createServer((request, response) => {
      response.setHeader('Connection', 'close');
      if (request.url === '/jwks') this.requests += 1;
      if (this.misbehaviour && request.url === '/jwks') return this.misbehaviour(request, response);
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify({ keys: this.keys }));
    });
    await new Promise<void>((resolve) => this.server!.listen(this.port, '127.0.0.1', resolve));
    this.port = (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server!.close(resolve));
    this.server!.closeAllConnections();
    await closed;
  }
}
