import { readFileSync } from 'node:fs';

/** Answers between two looks at the memory. */
const LOOK = 1_000;

const KINDS = ['2xx', '3xx', '4xx', '5xx', 'none'];

/** Counts what came back, so that a long run shows that its inputs reach further than the first check. */
export class Tally {
  /** Answers to all operations. */
  total = 0;
  private isFirst = true;
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
    this.total += 1;
    if (row.total % LOOK === 1) row.rss = residentMegabytes(pid);
  }

  /** What was counted since the last call: a line of a Markdown table for each operation, under its head at first. */
  takeLines(): string {
    const head = ['operation', 'inputs', ...KINDS, 'memory of the process, MB'];
    const lines = [...this.rows].map(([name, { classes, total, rss }]) =>
      [`\`${name}\``, total, ...KINDS.map((kind) => classes.get(kind) ?? 0), rss].join(' | '),
    );
    if (this.isFirst) lines.unshift(head.join(' | '), head.map(() => '---').join(' | '));
    this.isFirst &&= lines.length === 0;
    this.rows.clear();
    return lines.map((line) => `| ${line} |\n`).join('');
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
