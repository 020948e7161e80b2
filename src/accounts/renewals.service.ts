import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { DataSource } from 'typeorm';
import { AppError } from '../common/errors/app-error.js';
import type { ErrorCode } from '../common/errors/error-codes.js';
import { countRefresh, type RefreshReport } from '../common/metrics/tallies.js';
import { currentTrace } from '../common/spans/traced.js';
import { Config } from '../config/config.js';
import type { Renewal, RenewalWish } from './renew-consent.service.js';

/** What the renewing process needs to know: its very first message. Nothing else of the configuration leaves the server. */
export interface RenewerSettings {
  readonly databaseUrl: string;
  readonly config: Pick<
    Config,
    | 'encryptionKeys'
    | 'logLevel'
    | 'operatorOAuthApps'
    | 'providerOrigins'
    | 'providersFile'
    | 'publicUrl'
    | 'tracesUrl'
  >;
}

/** What it is asked. */
export interface RenewalRequest {
  readonly id: number;
  readonly consentId: string;
  readonly oauthAppId: string;
  readonly wish: RenewalWish;
  /** The span that it is a part of, where something is traced. */
  readonly trace?: string;
}

/** What it answers. */
export type RenewalReply = { readonly id: number } & (
  | { readonly renewal: Renewal }
  | { readonly error: { readonly code: ErrorCode; readonly message: string; readonly retryAfter?: string } }
);

const RENEWER = new URL('../renewer.js', import.meta.url);
/**
 * Variables that Node.js, TLS, proxies, `pg` and OpenTelemetry read by themselves. The others are not passed on: they are settings, and
 * secrets, of the server and of whatever else shares its environment.
 */
const INHERITED =
  /^(PATH|HOME|LANG|LC_.+|TZ|TMPDIR|TEMP|TMP|SystemRoot|NODE_.+|OTEL_.+|PG.+|SSL_CERT_.+|(https?|no|all)_proxy)$/i;
/** Milliseconds for which a caller waits; the work goes on. */
const PATIENCE = 25_000;

interface Waiting {
  readonly resolve: (renewal: Renewal) => void;
  readonly reject: (error: AppError) => void;
}

/**
 * Renews consents in a process of their own, started when the first is due. Between a provider's answer and our commit a
 * rotating refresh token exists in memory alone; a server that is killed in that moment would lose the connection for
 * good. The renewing process outlives it and finishes what it began.
 */
@Injectable()
export class Renewals implements OnApplicationShutdown {
  private readonly logger = new Logger('Accounts');
  private readonly waiting = new Map<number, Waiting>();
  private child: ChildProcess | undefined;
  private count = 0;

  constructor(
    private readonly dataSource: DataSource,
    private readonly config: Config,
  ) {}

  /**
   * Renews a consent where that is needed; see `RenewConsent`.
   *
   * @param oauthAppId of the consent, by which calls are counted
   * @throws AppError provider_unavailable or no_oauth_app: the consent is as it was
   */
  async run(consentId: string, oauthAppId: string, wish: RenewalWish): Promise<Renewal> {
    this.child ??= this.start();
    const id = (this.count += 1);
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<Renewal>((resolve, reject) => {
        this.waiting.set(id, { resolve, reject });
        timer = setTimeout(() => reject(notNow('The provider takes too long.')), PATIENCE);
        const request: RenewalRequest = { id, consentId, oauthAppId, wish, trace: currentTrace() };
        this.child!.send(request, (error) => {
          if (error) reject(notNow('Renewing was interrupted.', error));
        });
      });
    } finally {
      clearTimeout(timer);
      this.waiting.delete(id);
    }
  }

  /** Lets the process finish what it began. Nobody waits for its answers any more: requests and jobs have ended. */
  async onApplicationShutdown(): Promise<void> {
    const { child } = this;
    if (!child) return;
    const exited = once(child, 'exit');
    if (child.connected) child.disconnect();
    await exited;
  }

  private start(): ChildProcess {
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => INHERITED.test(name)));
    const child = fork(RENEWER, {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      execArgv: [],
      env,
      // Buffers and maps arrive as what they are.
      serialization: 'advanced',
    });
    child.send(this.settings());
    child.on('message', (message: RenewalReply | RefreshReport) => {
      if ('outcome' in message) countRefresh(message);
      else this.settle(message);
    });
    child.on('error', (error) =>
      this.logger.error({ err: error }, 'The renewing process cannot be reached.'),
    );
    child.once('exit', (code, signal) => {
      if (this.child === child) this.child = undefined;
      if (code !== 0) this.logger.error({ exitCode: code, signal }, 'The renewing process ended.');
      for (const { reject } of this.waiting.values()) reject(notNow('Renewing was interrupted.'));
    });
    return child;
  }

  private settings(): RenewerSettings {
    const {
      encryptionKeys,
      logLevel,
      operatorOAuthApps,
      providerOrigins,
      providersFile,
      publicUrl,
      tracesUrl,
    } = this.config;
    return {
      databaseUrl: (this.dataSource.options as { url: string }).url,
      config: {
        encryptionKeys,
        logLevel,
        operatorOAuthApps,
        providerOrigins,
        providersFile,
        publicUrl,
        tracesUrl,
      },
    };
  }

  private settle(reply: RenewalReply): void {
    const waiting = this.waiting.get(reply.id);
    if (!waiting) return;
    if ('renewal' in reply) return waiting.resolve(reply.renewal);
    const { code, message, retryAfter } = reply.error;
    waiting.reject(new AppError(code, message, retryAfter ? { headers: { 'Retry-After': retryAfter } } : {}));
  }
}

function notNow(message: string, cause?: unknown): AppError {
  return new AppError('provider_unavailable', `${message} Try again in a moment.`, {
    headers: { 'Retry-After': '2' },
    cause,
  });
}
