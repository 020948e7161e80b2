import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import type { FuzzedRequest } from './fuzzed-request.js';

/** How long anybody may wait for an answer, in milliseconds; what takes longer hangs. */
const HANGS = 10_000;

/** What came back. */
export interface FuzzAnswer {
  /** 0 where nothing did; the text says why. */
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** Connections that are kept, as many as are used at once. */
export class Wire {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 32 });
  private readonly port: number;

  /** @param url of the server, on 127.0.0.1 */
  constructor(url: string) {
    this.port = Number(new URL(url).port);
  }

  /**
   * Sends a request that is HTTP; never throws.
   */
  send({ method, target: path, headers, body }: FuzzedRequest): Promise<FuzzAnswer> {
    const { agent, port } = this;
    // Node leaves it out where it expects no body, and what follows would be the next request.
    const lengths = body ? { ...headers, 'content-length': String(body.length) } : headers;
    return new Promise((resolve) => {
      const fail = ({ message }: Error) => resolve({ status: 0, type: '', text: message });
      const sent = request({ agent, port, host: '127.0.0.1', method, path, headers: lengths }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', fail);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({ status: response.statusCode!, type: response.headers['content-type'] ?? '', text });
        });
      });
      sent.setTimeout(HANGS, () => sent.destroy(new Error(`no answer in ${HANGS} ms`)));
      // A connection that the server had just closed was no answer to anything: it is tried on another one.
      sent.on('error', (error: NodeJS.ErrnoException) => {
        if (sent.reusedSocket && error.code === 'ECONNRESET')
          resolve(this.send({ method, target: path, headers, body }));
        else fail(error);
      });
      sent.end(body);
    });
  }

  /**
   * Sends bytes that may be no HTTP at all, on a connection of their own, and hangs up after the first answer.
   *
   * @returns the status; undefined where the server closed, or waits for more, without a word
   */
  sendBytes(bytes: Buffer): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.port, '127.0.0.1');
      const end = (status?: number) => {
        socket.removeAllListeners().on('error', () => undefined);
        socket.resetAndDestroy();
        resolve(status);
      };
      socket.setTimeout(300, () => end());
      socket.on('connect', () => socket.write(bytes));
      socket.on('data', (data) => end(Number(/^HTTP\/1\.1 (\d{3})/.exec(data.toString('latin1'))?.[1])));
      socket.on('close', () => end());
      socket.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'ECONNREFUSED') reject(error);
        else end();
      });
    });
  }

  /** Ends its connections. */
  close(): void {
    this.agent.destroy();
  }
}
