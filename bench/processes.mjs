import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts processor time for /proc in hundredths of a second, on every architecture that Node.js runs on. */
const TICK = 10_000;

/**
 * Processor time that a process and everything it ever started have used, ended children included: the kernel adds
 * those to their parent (`cutime`, `cstime`) once it has taken notice of their end.
 *
 * @param {number} pid the root of the tree
 * @returns {number} microseconds
 */
export function cpuOfTree(pid) {
  for (;;) {
    const before = read(pid);
    const ticks = treeOf(pid).reduce((sum, { own, reaped }) => sum + own + reaped, 0);
    // A child that ended in between would be counted twice, or not at all.
    if (read(pid).reaped === before.reaped) return ticks * TICK;
  }
}

/**
 * Resident memory of a process and its children.
 *
 * @param {number} pid the root of the tree
 * @returns {number} bytes
 */
export function memoryOfTree(pid) {
  return treeOf(pid).reduce((sum, { rss }) => sum + rss, 0);
}

function treeOf(pid) {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => read(Number(name)) ?? []);
  const tree = [all.find((process) => process.pid === pid)];
  for (const { pid: parent } of tree) tree.push(...all.filter((process) => process.parent === parent));
  return tree;
}

/** proc(5): the name is in parentheses and may hold anything, so the fields are counted from its end. */
function read(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [, parent] = fields;
    const [utime, stime, cutime, cstime] = fields.slice(11, 15);
    return { pid, parent, own: utime + stime, reaped: cutime + cstime, rss: fields[21] * 4096 };
  } catch {
    return undefined;
  }
}
