// Finds an installed Chrome, Chromium or Edge and starts it, for the tests and the screenshots. Nothing is downloaded.

import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright';

/** How to call Chromium so that it draws WebGL in software and keeps to itself. */
export const FLAGS: readonly string[] = [
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  // Putting the picture together by way of an emulated graphics card takes three times as long.
  '--disable-gpu-compositing',
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const COMMANDS = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'microsoft-edge',
  'microsoft-edge-stable',
];

const MAC_APPLICATIONS = ['Google Chrome', 'Chromium', 'Microsoft Edge'];

const WINDOWS_PROGRAMS = [
  'Google\\Chrome\\Application\\chrome.exe',
  'Chromium\\Application\\chrome.exe',
  'Microsoft\\Edge\\Application\\msedge.exe',
];

/** The path of an installed Chrome, Chromium or Edge: SEEGRAD_BROWSER if that is set, else the usual places. */
export function findBrowser(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const named = environment['SEEGRAD_BROWSER'];
  if (named !== undefined && named !== '') return isExecutable(named) ? named : undefined;
  return candidates(environment).find(isExecutable);
}

/** The command that installs a browser on this system. */
export function installHint(platform: NodeJS.Platform = process.platform): string {
  if (platform === 'darwin') return 'brew install --cask google-chrome';
  if (platform === 'win32') return 'winget install Google.Chrome';
  return 'sudo apt-get install chromium';
}

/** Starts the browser without a window. */
export async function launchBrowser(extraFlags: readonly string[] = []): Promise<Browser> {
  const executablePath = findBrowser();
  if (executablePath === undefined) {
    throw new Error(`no Chrome, Chromium or Edge found; install one with: ${installHint()}`);
  }
  return chromium.launch({ executablePath, headless: true, args: [...FLAGS, ...extraFlags] });
}

function candidates(environment: NodeJS.ProcessEnv): string[] {
  const onPath = (environment['PATH'] ?? '')
    .split(delimiter)
    .filter(directory => directory !== '')
    .flatMap(directory => COMMANDS.map(command => join(directory, command)));
  if (process.platform === 'darwin') {
    const roots = ['/Applications', join(environment['HOME'] ?? '', 'Applications')];
    return [
      ...roots.flatMap(root =>
        MAC_APPLICATIONS.map(name => join(root, `${name}.app/Contents/MacOS/${name}`)),
      ),
      ...onPath,
    ];
  }
  if (process.platform === 'win32') {
    return ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA']
      .flatMap(variable => environment[variable] ?? [])
      .flatMap(root => WINDOWS_PROGRAMS.map(program => join(root, program)));
  }
  const usual = ['/usr/bin', '/usr/local/bin', '/snap/bin', '/opt/google/chrome'];
  return [
    ...onPath,
    ...usual.flatMap(root => COMMANDS.map(command => join(root, command))),
    '/opt/microsoft/msedge/msedge',
  ];
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
