// The entry of the `seegrad` command.

import { run } from './run.ts';
import { processTerminal } from './terminal.ts';

// A reader that has seen enough (`seegrad … | head`) ends the program; that is no failure.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}

// The code is set instead of exiting, so that a pipe is written to its end.
process.exitCode = await run(process.argv.slice(2), processTerminal());
