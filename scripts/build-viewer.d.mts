// Types of build-viewer.mjs, for the tests that build the viewer themselves.

export interface BuildViewerOptions {
  outdir?: string;
  minify?: boolean;
}

export function buildViewer(options?: BuildViewerOptions): Promise<{ initialScript: number }>;
