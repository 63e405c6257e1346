// Opening the default browser on an address, where there is a screen to open it on.

import { spawn } from 'node:child_process';

type Environment = Readonly<Record<string, string | undefined>>;

/** A program with its arguments, to be started without a shell. */
export interface BrowserCommand {
  program: string;
  args: string[];
}

/** How the default browser is opened here; undefined where nobody would see it (no display, or continuous integration). */
export function browserCommand(
  url: string,
  platform: NodeJS.Platform,
  environment: Environment,
): BrowserCommand | undefined {
  const { CI, DISPLAY, WAYLAND_DISPLAY } = environment;
  if (isSet(CI)) return undefined;
  if (platform === 'darwin') return { program: 'open', args: [url] };
  // `start` is a word of the command shell; this is what it does with an address.
  if (platform === 'win32')
    return { program: 'rundll32', args: ['url.dll,FileProtocolHandler', url] };
  return isSet(DISPLAY) || isSet(WAYLAND_DISPLAY)
    ? { program: 'xdg-open', args: [url] }
    : undefined;
}

/** Opens the default browser, if there is a place for one. Never fails and never waits: the address is printed anyway. */
export function openBrowser(
  url: string,
  platform: NodeJS.Platform = process.platform,
  environment: Environment = process.env,
): void {
  const command = browserCommand(url, platform, environment);
  if (command === undefined) return;
  const child = spawn(command.program, command.args, {
    detached: true,
    stdio: 'ignore',
    env: environment as NodeJS.ProcessEnv,
  });
  child.on('error', () => {});
  child.unref();
}

function isSet(variable: string | undefined): boolean {
  return variable !== undefined && variable !== '' && variable !== 'false' && variable !== '0';
}
