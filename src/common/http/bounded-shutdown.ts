import type { FastifyInstance } from 'fastify';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Milliseconds between looks for connections on which nothing is being answered, once the server listens no more. */
const LOOK = 1_000;
/** How long an answer may take to end then, in milliseconds: a call to a provider takes up to 10 s. */
const PATIENCE = 15_000;

/**
 * Ends connections without breaking an answer. Once the server is about to stop, each connection ends with its next
 * answer, and says so in `Connection: close`. Once it listens no more, what is being answered has its time, and whoever
 * sent half a request, or nothing, does not keep the server from stopping: Node looks at none of its own time-outs then.
 *
 * @param fastify the instance
 * @param stopping tells whether the server is about to stop
 */
export function boundShutdown(fastify: FastifyInstance, stopping: { readonly begun: boolean }): void {
  const { server } = fastify;
  const connections = new Set<Socket>();
  const answers = new WeakMap<Socket, ServerResponse>();
  server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  server.prependListener('request', (request, answer) => {
    answers.set(request.socket, answer);
    answer.shouldKeepAlive &&= !stopping.begun;
  });
  fastify.addHook('preClose', async () => {
    for (const socket of connections) {
      const answer = answers.get(socket);
      if (answer) answer.shouldKeepAlive = false;
    }
    setInterval(() => {
      for (const socket of connections) if (!isAnswered(answers.get(socket))) socket.destroy();
    }, LOOK).unref();
    setTimeout(() => server.closeAllConnections(), PATIENCE).unref();
  });
}

/** Whether the request is here as a whole, and its answer is on its way. */
function isAnswered(answer: ServerResponse | undefined): boolean {
  return answer !== undefined && answer.req.complete && !answer.writableFinished;
}
