// The viewer's files, read into memory once. Requests look a path up in this map and never reach the file system.

import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { mediaType } from './headers.ts';

/** A file as it is sent. */
export interface ServedFile {
  readonly body: Buffer;
  readonly type: string;
}

/** More than the viewer can ever consist of; a wrong folder is noticed instead of being read to the end. */
const MOST_FILES = 500;
const MOST_BYTES = 64 * 1024 * 1024;

/** The viewer has not been built, or the folder is not the viewer's. */
export class ViewerFilesError extends Error {
  override name = 'ViewerFilesError';
}

/**
 * Reads the files of the built viewer: from the path of a request to the file, with `/` for index.html.
 * Links and kinds of files that a page has no use for are left out.
 *
 * @throws ViewerFilesError where the folder holds no index.html or far too much.
 */
export function readViewerFiles(folder: string): Map<string, ServedFile> {
  const files = new Map<string, ServedFile>();
  let bytes = 0;
  for (const path of filePaths(folder)) {
    const type = mediaType(extname(path));
    if (type === undefined) continue;
    const body = readFileSync(join(folder, path));
    bytes += body.length;
    if (files.size >= MOST_FILES || bytes > MOST_BYTES) {
      throw new ViewerFilesError(`${folder} holds too much to be the viewer`);
    }
    files.set(`/${path}`, { body, type });
  }
  const index = files.get('/index.html');
  if (index === undefined) {
    throw new ViewerFilesError(
      `the viewer is not built: ${folder} has no index.html; run npm run build`,
    );
  }
  return files.set('/', index);
}

/** Paths below a folder with `/` between the parts, without links. */
function* filePaths(folder: string, below = ''): Generator<string> {
  for (const entry of entriesOf(join(folder, below))) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) yield* filePaths(folder, path);
    else if (entry.isFile()) yield path;
  }
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
