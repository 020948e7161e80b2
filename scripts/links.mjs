import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const inDocs = readdirSync(join(root, 'docs'), { recursive: true }).map((name) => join('docs', name));
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'examples/README.md',
  ...inDocs.filter((name) => name.endsWith('.md')),
];

const read = (page) => readFileSync(join(root, page), 'utf8');
/** What code shows is no link and no heading. */
const withoutCode = (text) =>
  text.replace(/^ *(```+).*?^ *\1/gms, '').replace(/(`+)[^`].*?\1/g, (code) => '_'.repeat(code.length));

/** Where GitHub makes an anchor: of each heading, its letters, digits, hyphens and underscores; a number where it repeats. */
function anchorsOf(page) {
  const seen = new Map();
  const headings = read(page)
    .replace(/^ *(```+).*?^ *\1/gms, '')
    .matchAll(/^#{1,6} +(.+?) *#*$/gm);
  return [...headings].map(([, heading]) => {
    const text = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const anchor = text.replace(/[^\p{L}\p{M}\p{N}\-_ ]/gu, '').replaceAll(' ', '-');
    const times = seen.get(anchor) ?? 0;
    seen.set(anchor, times + 1);
    return times ? `${anchor}-${times}` : anchor;
  });
}

/** Links and pictures, written as Markdown or as HTML; those to other hosts are not our business. */
function linksOf(page) {
  const text = withoutCode(read(page));
  const targets = [...text.matchAll(/\]\(<?([^)\s>]+)|\b(?:href|src|srcset)="([^"\s]+)/g)];
  return targets
    .map(([, inline, html]) => inline ?? html)
    .filter((to) => !/^([a-z][a-z+.-]*:|\/\/)/i.test(to));
}

let broken = 0;
for (const page of pages) {
  for (const link of linksOf(page)) {
    const [path, anchor] = decodeURI(link).split('#');
    const target = path ? join(dirname(page), path) : page;
    const problem = !existsSync(join(root, target))
      ? 'there is no such file'
      : anchor && target.endsWith('.md') && !anchorsOf(target).includes(anchor) && 'there is no such heading';
    if (!problem) continue;
    broken += 1;
    process.stderr.write(`${page}: ${link}: ${problem}\n`);
  }
}
process.exit(broken > 0 ? 1 : 0);
