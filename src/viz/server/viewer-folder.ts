// Where the built viewer is.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Beside the built program that this is part of, or where the build puts it when run from the sources. */
export function viewerFolder(): string {
  const beside = fileURLToPath(new URL('./viewer/', import.meta.url));
  if (existsSync(beside)) return beside;
  return fileURLToPath(new URL('../../../dist/viewer/', import.meta.url));
}
