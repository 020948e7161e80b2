import { Controller, Get, Global, type LoggerService, Module, Post } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { FastifyInstance } from 'fastify';
import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { Audit } from '../../src/audit/audit.service.js';
import { AuthModule } from '../../src/auth/auth.module.js';
import {
  Access,
  anyone,
  bearer,
  CurrentPrincipal,
  dashboard,
  resourceServer,
} from '../../src/common/access/access.decorator.js';
import type { Principal } from '../../src/common/access/principal.js';
import { ResourceServers } from '../../src/common/access/resource-servers.service.js';
import { ErrorFilter } from '../../src/common/errors/error.filter.js';
import { registerBodyParsers } from '../../src/common/http/body-parsers.js';
import { parseQuery } from '../../src/common/http/query-parameters.js';
import { StrictValidationPipe } from '../../src/common/http/validation.pipe.js';
import type { Config } from '../../src/config/config.js';
import { ConfigModule } from '../../src/config/config.module.js';
import { loadConfig } from '../../src/config/load-config.js';
import { AccessTokenVerifier, type VerifiedAccessToken } from '../../src/tokens/access-token-verifier.js';
import { Limits } from '../../src/limits/limits.service.js';
import { SharedCounters } from '../../src/limits/shared-counters.service.js';
import { AuthenticateResourceServer } from '../../src/tokens/authenticate-resource-server.service.js';
import { TokensModule } from '../../src/tokens/tokens.module.js';

/** The origin that the application believes to be its own. */
export const PUBLIC_URL = 'https://api.example.com';
/** DASHBOARD_JWT_SECRET, unless a test sets another. */
export const SECRET = 'a shared secret of the dashboard, 32 bytes or more';
/** When every known access token ends. */
export const EXPIRES_AT = new Date('2030-01-01T00:00:00.000Z');

/** Access tokens as the token store would know them: by name, with scopes and resources. */
const TOKENS: Readonly<Record<string, [scopes: string[], resources: string[] | null]>> = {
  sd_at_plain: [[], null],
  sd_at_reader: [['profile:read', 'accounts:read'], null],
  sd_at_for_us: [['accounts:read'], [PUBLIC_URL]],
  sd_at_for_a_path: [['accounts:read'], ['https://other.example', 'HTTPS://API.example.com:443/v1/']],
  sd_at_for_another: [['accounts:read'], ['https://other.example', 'https://api.example.com.evil.example']],
};

class KnownTokens extends AccessTokenVerifier {
  verify(token: string): Promise<VerifiedAccessToken | undefined> {
    const [scopes, resources] = TOKENS[token] ?? [];
    if (!scopes || resources === undefined) return Promise.resolve(undefined);
    return Promise.resolve({
      holder: {
        kind: 'bearer',
        userId: 'usr_1',
        workspaceId: 'org:acme',
        clientId: 'sd_cl_1',
        scopes,
        expiresAt: EXPIRES_AT,
      },
      resources,
    });
  }
}

/** Without limits the counters need no database. */
@Module({
  providers: [
    { provide: AccessTokenVerifier, useClass: KnownTokens },
    { provide: DataSource, useValue: { options: { url: 'postgres://127.0.0.1:1/none' } } },
    { provide: Pool, useFactory: () => new Pool() },
    SharedCounters,
    Limits,
    ResourceServers,
    AuthenticateResourceServer,
  ],
  exports: [AccessTokenVerifier, AuthenticateResourceServer],
})
class KnownTokensModule {}

/** There is no database to write events to. */
@Global()
@Module({ providers: [{ provide: Audit, useValue: { record: () => undefined } }], exports: [Audit] })
class NoAuditModule {}

interface Seen {
  principal: Principal | null;
}

/** One route per combination of rules; each says who it sees. */
@Controller()
class Probes {
  @Get('/open')
  @Access(anyone())
  open(@CurrentPrincipal() principal?: Principal): Seen {
    return { principal: principal ?? null };
  }

  @Get('/optional')
  @Access(anyone(), dashboard())
  optional(@CurrentPrincipal() principal?: Principal): Seen {
    return { principal: principal ?? null };
  }

  @Get('/dashboard')
  @Access(dashboard())
  dashboard(@CurrentPrincipal() principal: Principal): Seen {
    return { principal };
  }

  @Get('/bearer')
  @Access(bearer())
  bearer(@CurrentPrincipal() principal: Principal): Seen {
    return { principal };
  }

  @Get('/scoped/:id')
  @Access(dashboard(), bearer('accounts:read'))
  scoped(@CurrentPrincipal() principal: Principal): Seen {
    return { principal };
  }

  @Get('/clients/:client')
  @Access(bearer('apps:write', { ownClient: 'client' }))
  ownClient(@CurrentPrincipal() principal: Principal): Seen {
    return { principal };
  }

  @Post('/form')
  @Access(bearer())
  form(@CurrentPrincipal() principal: Principal): Seen {
    return { principal };
  }

  @Get('/service')
  @Access(resourceServer())
  service(@CurrentPrincipal() principal: Principal): Seen {
    return { principal };
  }

  @Get('/everybody')
  @Access(dashboard(), bearer('accounts:read'), resourceServer())
  everybody(@CurrentPrincipal() principal: Principal): Seen {
    return { principal };
  }

  @Get('/forgotten')
  forgotten(@CurrentPrincipal() principal?: Principal): Seen {
    return { principal: principal ?? null };
  }
}

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly type: string | undefined;
  readonly challenge: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Record<string, unknown>;
}

/** What to send, besides a GET without headers. */
export interface Sent {
  readonly method?: string;
  /** Name, value, name, value: sent as they are, repeated ones too. */
  readonly headers?: readonly string[];
  readonly body?: string;
}

/** A running application of the auth module, the probes and known tokens. */
export interface AuthApp {
  readonly config: Config;
  /** What was logged as warning or error so far. */
  readonly logged: readonly string[];
  send(path: string, sent?: Sent): Promise<Answer>;
  /** GET with an `Authorization` header. */
  as(authorization: string, path: string): Promise<Answer>;
  close(): Promise<void>;
}

/**
 * Starts the real guards on a real server.
 *
 * @param environment variables besides PUBLIC_URL and the shared secret; undefined unsets one
 */
export async function startAuthApp(environment: NodeJS.ProcessEnv = {}): Promise<AuthApp> {
  const config = loadConfig({
    PUBLIC_URL,
    DASHBOARD_JWT_SECRET: SECRET,
    RATE_LIMITS: 'off',
    ENCRYPTION_KEYS: `test:${Buffer.alloc(32, 7).toString('base64')}`,
    ...environment,
  });

  const logged: string[] = [];
  const module = await Test.createTestingModule({
    imports: [ConfigModule.with(config), NoAuditModule, AuthModule],
    controllers: [Probes],
  })
    .overrideModule(TokensModule)
    .useModule(KnownTokensModule)
    .setLogger(loggerInto(logged))
    .compile();
  const adapter = new FastifyAdapter({
    routerOptions: { ignoreTrailingSlash: true, querystringParser: parseQuery },
  });
  registerBodyParsers(adapter.getInstance() as unknown as FastifyInstance);
  const app = module.createNestApplication<NestFastifyApplication>(adapter, { bodyParser: false });
  app.useGlobalFilters(new ErrorFilter());
  app.useGlobalPipes(new StrictValidationPipe());
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  const send = (path: string, sent?: Sent) => sendRaw(port, path, sent);
  return {
    config,
    logged,
    send,
    as: (authorization, path) => send(path, { headers: ['Authorization', authorization] }),
    close: () => app.close(),
  };
}

function loggerInto(logged: string[]): LoggerService {
  const keep = (...texts: unknown[]) =>
    void logged.push(texts.filter((text) => typeof text === 'string').join(' '));
  return { log: () => undefined, debug: () => undefined, warn: keep, error: keep };
}

/** By node:http: fetch would repair paths, join repeated headers and set Host itself. */
function sendRaw(
  port: number,
  path: string,
  { method = 'GET', headers = [], body }: Sent = {},
): Promise<Answer> {
  const hasHost = headers.some((name, index) => index % 2 === 0 && /^host$/i.test(name));
  const raw = [...headers, ...(hasHost ? [] : ['Host', 'api.example.com']), 'Connection', 'close'];
  if (body !== undefined) raw.push('Content-Length', String(Buffer.byteLength(body)));
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path, method, headers: raw }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode!,
          type: response.headers['content-type'],
          challenge: response.headers['www-authenticate'],
          headers: response.headers,
          body: JSON.parse(text || '{}') as Record<string, unknown>,
        }),
      );
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}
