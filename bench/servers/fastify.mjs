import fastify from 'fastify';
import { prepareDatabase, ROUTES } from './bare.mjs';

/** The same routes in Fastify, which Swingdoor stands on: what a framework costs before it does anything. */
await prepareDatabase();
const app = fastify();
app.removeAllContentTypeParsers();
app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
for (const [route, run] of Object.entries(ROUTES)) {
  const [method, url] = route.split(' ');
  app.route({
    method,
    url,
    handler: async (request, reply) => {
      const answer = await run(request.body, request.headers.authorization);
      return answer ?? reply.code(400).send({});
    },
  });
}
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
