// The licences that travel with what is bundled.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The licences of the packages that a bundle holds, as they ask for. */
export async function licensesOf(project, metafile) {
  const packages = new Set(
    Object.keys(metafile.inputs).flatMap(
      path => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [],
    ),
  );
  const texts = [];
  for (const name of [...packages].sort()) {
    const folder = join(project, 'node_modules', name);
    const file = (await readdir(folder)).find(entry => /^licen[cs]e/i.test(entry));
    if (file === undefined) throw new Error(`the package ${name} has no licence file to pass on`);
    texts.push(`${name}\n\n${(await readFile(join(folder, file), 'utf8')).trim()}\n`);
  }
  return texts.join('\n---\n\n');
}
