// The table of commands. Adding a command adds a line here.

import type { Command } from './command.ts';
import { demoCommand } from './demo.ts';
import { explainCommand } from './explain.ts';
import { exportCommand } from './export.ts';
import { playCommand } from './play.ts';
import { viewCommand } from './view.ts';

/** All commands, in the order in which the help lists them. */
export const commands: readonly Command[] = [
  demoCommand,
  explainCommand,
  exportCommand,
  playCommand,
  viewCommand,
];
