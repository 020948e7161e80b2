import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** How a command ended. */
export interface CliRun {
  /** Its exit code; null where a signal ended it. */
  readonly code: number | null;
  readonly output: string;
}

/** `examples/cli` as its user runs it: every command a process of its own, all with one folder of settings. */
export class ExampleCli {
  private readonly home = mkdtempSync(join(tmpdir(), 'swingdoor-cli-'));
  /** Where it keeps its tokens. */
  readonly folder = join(this.home, 'swingdoor-cli');

  /**
   * @param server the address of the server
   * @param env further variables
   */
  constructor(
    private readonly server: string,
    private readonly env: Readonly<Record<string, string>> = {},
  ) {}

  /**
   * Runs a command to its end. The browser that it opens does nothing.
   *
   * @param onLine sees what it prints as it prints it
   * @param args of the command
   */
  async run(
    command: string,
    onLine: (line: string) => void = () => undefined,
    args: readonly string[] = [],
  ): Promise<CliRun> {
    const child = spawn(process.execPath, ['examples/cli/cli.mjs', command, ...args], {
      env: {
        PATH: process.env.PATH,
        XDG_CONFIG_HOME: this.home,
        SWINGDOOR_URL: this.server,
        BROWSER: 'true',
        ...this.env,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    const lines: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line);
      onLine(line);
    }
    return { code: await ended, output: lines.join('\n') };
  }

  /**
   * Begins a login, which waits for the browser.
   *
   * @returns the address that it prints, and its end
   * @throws Error with what it printed where it ends without an address
   */
  async login(): Promise<{ address: URL; ended: Promise<CliRun> }> {
    let print!: (address: URL) => void;
    const printed = new Promise<URL>((resolve) => (print = resolve));
    const ended = this.run('login', (line) => {
      if (line.includes('/public/v1/oauth/authorize/')) print(new URL(line.trim()));
    });
    const first = await Promise.race([printed, ended]);
    if (!(first instanceof URL)) throw new Error(`login ended with ${first.code}: ${first.output}`);
    return { address: first, ended };
  }

  /** Forgets all that it kept. */
  remove(): void {
    rmSync(this.home, { recursive: true });
  }
}
