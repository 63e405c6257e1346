// What the rest of seegrad uses of the viewer's server.

export { EventStream } from './events.ts';
export { ViewerFilesError } from './files.ts';
export { type BrowserCommand, browserCommand, openBrowser } from './open-browser.ts';
export { DEFAULT_PORT, type ServeOptions, serveViewer, type ViewerServer } from './server.ts';
export { viewerFolder } from './viewer-folder.ts';
