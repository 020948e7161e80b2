import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import { Config } from './config/config.js';

/** Where Swagger UI is; whatever else is below `/docs` is a file of its own. */
const PAGE_ROUTE = /^\/docs(\/|\/index\.html)?$/;

/**
 * The OpenAPI document of every route.
 *
 * @param app the application
 * @param publicUrl the server that the document names
 */
export function openApiDocument(app: NestFastifyApplication, publicUrl: string): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setTitle('Swingdoor')
    .setDescription(
      'Both halves of OAuth for a SaaS. **In**: apps register, ask your user for consent and get tokens. **Out**: your customers connect social accounts through their own OAuth apps.',
    )
    .setVersion('1')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer(publicUrl)
    .setOpenAPIVersion('3.1.0')
    .addBearerAuth(
      {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description:
          'A JWT of your dashboard for its signed-in user. In development `POST /v1/dev/session` gives one: send `{"email": "me@example.com"}` and paste its `token`.',
      },
      'dashboard',
    )
    .addSecurity('accessToken', {
      type: 'http',
      scheme: 'bearer',
      description:
        'An access token that an app got at `POST /public/v1/oauth/token/` for a user who consented (`sd_at_…`). The README walks there with curl.',
    })
    .addBasicAuth(
      {
        type: 'http',
        scheme: 'basic',
        description:
          'A service of yours: `id` and `secret` of its entry in `RESOURCE_SERVERS`. The demo knows `demo-service` with `demo-service-secret`.',
      },
      'resourceServer',
    );
  const document = SwaggerModule.createDocument(app, builder.build());
  return { ...document, paths: withTrailingSlashes(document.paths) };
}

/** Both forms are served; what we advertise under `/public/v1` ends in a slash, and Swagger drops it. */
function withTrailingSlashes(paths: OpenAPIObject['paths']): OpenAPIObject['paths'] {
  const advertised = (path: string) => (/^\/public\/v1\/.*[^/]$/.test(path) ? `${path}/` : path);
  return Object.fromEntries(Object.entries(paths).map(([path, item]) => [advertised(path), item]));
}

/**
 * Serves the document at `/openapi.json` and a page to read and try it at `/docs`. The page loads nothing from
 * other hosts: its validator badge, which would send the document's address to one, is off.
 *
 * @param app the application
 * @param config names the server to try things on
 */
export function serveDocumentation(app: NestFastifyApplication, config: Config): void {
  const policy = pagePolicy(config.publicUrl);
  (app.getHttpAdapter().getInstance() as unknown as FastifyInstance).addHook(
    'onRequest',
    async ({ routeOptions: { url: route = '' }, url }, reply) => {
      if (!/^\/docs(\/|$)/.test(route)) return;
      void reply.header('content-security-policy', policy);
      // The page finds its files from these two addresses alone: they are relative to where it thinks it is.
      if (PAGE_ROUTE.test(route) && !/^\/docs\/?$/.test(url)) return reply.redirect('/docs');
    },
  );
  SwaggerModule.setup('docs', app, () => openApiDocument(app, config.publicUrl), {
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
    customSiteTitle: 'Swingdoor API',
    swaggerOptions: { persistAuthorization: false, docExpansion: 'list', validatorUrl: null },
  });
}

/** Swagger UI comes with style elements and icons in its style sheet; its scripts are files of ours. */
function pagePolicy(publicUrl: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    `connect-src 'self' ${publicUrl}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
