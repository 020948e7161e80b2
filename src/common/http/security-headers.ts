import type { FastifyInstance, FastifyReply } from 'fastify';

/** Answers that are not pages need nothing; a page that does sets its own policy. */
const API_CSP = "default-src 'none'; frame-ancestors 'none'";

/**
 * Headers of every answer: no sniffing, no framing, no referrer that could carry a code (RFC 9700 §4.2.4).
 *
 * @param fastify the instance
 * @param overHttps whether PUBLIC_URL is https: then browsers are told to stay there (RFC 6797)
 */
export function addSecurityHeaders(fastify: FastifyInstance, overHttps: boolean): void {
  // Not async, here and in the log: every promise of a hook is another turn of the queue before the answer leaves.
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    setSecurityHeaders(reply);
    if (overHttps) void reply.header('strict-transport-security', 'max-age=63072000; includeSubDomains');
    done(null, payload);
  });
}

/**
 * The same but for HTTPS, for answers that no hook sees: those to what the router cannot read.
 *
 * @param reply the answer; a policy that it has already stays
 */
export function setSecurityHeaders(reply: FastifyReply): void {
  if (!reply.hasHeader('content-security-policy')) void reply.header('content-security-policy', API_CSP);
  void reply.header('x-content-type-options', 'nosniff').header('referrer-policy', 'no-referrer');
}
