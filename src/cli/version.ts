// The version of this program: written in by the build, or read from package.json when run from the sources.

import { readFileSync } from 'node:fs';

declare const SEEGRAD_VERSION: string | undefined;

/** The version as in package.json. */
export function version(): string {
  if (typeof SEEGRAD_VERSION === 'string') return SEEGRAD_VERSION;
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
