// `--view` for the examples: opens the viewer on the trace that an example has recorded.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Trace } from 'seegrad';

/**
 * Shows the trace until somebody presses Ctrl-C, if the example was run with `--view`; does nothing otherwise. Options
 * after `--view` go to `seegrad view`: `node --import tsx examples/06-convolution-1d.ts --view --no-open`.
 */
export function show(trace: Trace): void {
  const at = process.argv.indexOf('--view');
  if (at < 0) return;
  const folder = mkdtempSync(join(tmpdir(), 'seegrad-'));
  const file = join(folder, 'trace.json');
  writeFileSync(file, JSON.stringify(trace));
  const command = ['--import', 'tsx', 'src/cli/main.ts', 'view', file];
  const viewer = spawn(process.execPath, [...command, ...process.argv.slice(at + 1)], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: 'inherit',
  });
  // Ctrl-C reaches the viewer as well: wait for it to end, and pass on what reaches this process alone.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => viewer.kill('SIGTERM'));
  viewer.on('close', code => {
    rmSync(folder, { recursive: true, force: true });
    process.exitCode = code ?? 1;
  });
}
