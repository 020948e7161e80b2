import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { Config } from './config/config.js';

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
      { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'A dashboard JWT.' },
      'dashboard',
    )
    .addSecurity('accessToken', {
      type: 'http',
      scheme: 'bearer',
      description: 'An access token of this server.',
    })
    .addBasicAuth(
      { type: 'http', scheme: 'basic', description: 'An entry of RESOURCE_SERVERS.' },
      'resourceServer',
    );
  return SwaggerModule.createDocument(app, builder.build());
}

/** Serves the document at `/openapi.json` and a page to read and try it at `/docs`. */
export function serveDocumentation(app: NestFastifyApplication, config: Config): void {
  SwaggerModule.setup('docs', app, () => openApiDocument(app, config.publicUrl), {
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
    customSiteTitle: 'Swingdoor API',
    swaggerOptions: { persistAuthorization: false, docExpansion: 'list' },
  });
}
