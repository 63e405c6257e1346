// Builds the command once for a test file and runs it as a user does.

import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject } from 'vitest';

interface BuildScript {
  buildLibrary(options: { outdir: string }): Promise<void>;
  buildCommand(options: { outdir: string }): Promise<void>;
}

/** How a run of the command ended. */
export interface Ended {
  code: number | null;
  out: string;
  error: string;
}

/** A run under way. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** What has been printed so far. */
  out(): string;
}

/** The built command in a folder of its own, which is also where it runs. */
export class Seegrad {
  readonly folder = mkdtempSync(join(tmpdir(), 'seegrad-cli-'));
  readonly program = join(this.folder, 'cli.js');

  /** Builds the library and the command, and puts the viewer beside them. */
  async build(): Promise<this> {
    writeFileSync(join(this.folder, 'package.json'), '{ "type": "module" }');
    const scripts = new URL('../../scripts/', import.meta.url);
    const build = (await import(new URL('build.mjs', scripts).href)) as BuildScript;
    await build.buildLibrary({ outdir: this.folder });
    await build.buildCommand({ outdir: this.folder });
    cpSync(inject('viewer'), join(this.folder, 'viewer'), { recursive: true });
    return this;
  }

  /** Removes what was built. */
  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Starts the command. No browser is ever opened: there is no display. */
  start(args: readonly string[], environment: Record<string, string> = {}): Running {
    const { DISPLAY, WAYLAND_DISPLAY, NO_COLOR, ...inherited } = process.env;
    const child = spawn(process.execPath, [this.program, ...args], {
      cwd: this.folder,
      env: { ...inherited, CI: 'true', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let error = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      out += part;
    });
    child.stderr.setEncoding('utf8').on('data', (part: string) => {
      error += part;
    });
    const ended = new Promise<Ended>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', code => resolve({ code, out, error }));
    });
    return { child, ended, out: () => out };
  }

  /** Runs the command to its end. */
  run(...args: string[]): Promise<Ended> {
    return this.start(args).ended;
  }

  /** Runs the command and returns what it prints; it must succeed. */
  async print(...args: string[]): Promise<string> {
    const { code, out, error } = await this.run(...args);
    expect({ code, error }).toEqual({ code: 0, error: '' });
    return out;
  }

  /** Runs the command, which must refuse its arguments in a sentence, and returns what it says. */
  async refusal(...args: string[]): Promise<string> {
    const { code, out, error } = await this.run(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(error).not.toMatch(/^\s+at |node:|\.js:\d/m);
    return error;
  }
}
