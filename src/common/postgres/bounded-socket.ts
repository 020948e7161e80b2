import { Socket } from 'node:net';

/**
 * For the `stream` option of `pg`: a socket to the database that ends when nothing passes for too long. A network that
 * swallows packets, or a host that is gone without a word, never answers and never refuses; `statement_timeout` is
 * kept by the server, which is not there to keep it. Whoever waits gets an error that means "not now".
 *
 * @param silence milliseconds; longer than the longest statement, and than the longest pause within a transaction
 */
export function boundedSocket(silence: number): () => Socket {
  return () => {
    const socket = new Socket();
    return socket.setTimeout(silence, () => {
      const message = `The database said nothing for ${silence} ms.`;
      socket.destroy(Object.assign(new Error(message), { code: 'ETIMEDOUT', syscall: 'read' }));
    });
  };
}
