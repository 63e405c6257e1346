// docs/ops.md is what the declarations say.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { opTable } from '../scripts/op-table.ts';

test('the op table is up to date', () => {
  const page = readFileSync(new URL('../docs/ops.md', import.meta.url), 'utf8');
  expect(page, 'run: node --import tsx scripts/op-table.ts').toBe(opTable());
});
