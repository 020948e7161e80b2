import { readFileSync } from 'node:fs';

/** Answers between two looks at the memory. */
const LOOK = 1_000;

/** Counts what came back, so that a long run shows that its inputs reach further than the first check. */
export class Tally {
  private readonly rows = new Map<string, { classes: Map<string, number>; total: number; rss: number }>();

  /**
   * @param name of the operation
   * @param status of the answer; `none` where there was none
   * @param pid of the server
   */
  count(name: string, status: number | 'none', pid: number): void {
    const row = this.rows.get(name) ?? { classes: new Map<string, number>(), total: 0, rss: 0 };
    this.rows.set(name, row);
    const kind = status === 'none' ? status : `${Math.floor(status / 100)}xx`;
    row.classes.set(kind, (row.classes.get(kind) ?? 0) + 1);
    row.total += 1;
    if (row.total % LOOK === 1) row.rss = residentMegabytes(pid);
  }

  /** As Markdown: a line for each operation, and the sum. */
  table(): string {
    const kinds = ['2xx', '3xx', '4xx', '5xx', 'none'];
    const lines = [...this.rows].map(([name, { classes, total, rss }]) =>
      [`\`${name}\``, total, ...kinds.map((kind) => classes.get(kind) ?? 0), rss].join(' | '),
    );
    const sum = [...this.rows.values()].reduce((all, { total }) => all + total, 0);
    const head = ['operation', 'inputs', ...kinds, 'memory of the process, MB'];
    return `\n${[head.join(' | '), head.map(() => '---').join(' | '), ...lines].map((line) => `| ${line} |`).join('\n')}\n\n${sum} inputs\n`;
  }
}

/** Linux alone tells; 0 elsewhere. */
function residentMegabytes(pid: number): number {
  try {
    const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!;
    return Math.round(Number(kilobytes) / 1024);
  } catch {
    return 0;
  }
}
