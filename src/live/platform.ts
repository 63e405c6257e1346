// The part of seegrad that needs Node: loaded when it is first wanted, so that the library itself runs anywhere.

import { PlatformError } from '../autograd/errors.ts';
import type * as Node from './node.ts';

/** Where the build puts the Node part, seen from the library; absent when run from the sources. */
declare const SEEGRAD_NODE_PART: string | undefined;

export type NodePart = typeof Node;

let loaded: Promise<NodePart> | undefined;

/** Loads the Node part for `name`. @throws PlatformError outside of Node, with what to do there. */
export function nodePart(name: string, remedy: string): Promise<NodePart> {
  if (!isNode()) {
    return Promise.reject(new PlatformError(`${name} needs Node; ${remedy}`));
  }
  const part = typeof SEEGRAD_NODE_PART === 'string' ? SEEGRAD_NODE_PART : './node.ts';
  // Not written as a literal: bundlers for the browser would follow it to modules that only Node has.
  const url = new URL(part, import.meta.url).href;
  loaded ??= import(/* @vite-ignore */ /* webpackIgnore: true */ url) as Promise<NodePart>;
  return loaded;
}

function isNode(): boolean {
  const { process } = globalThis as { process?: { versions?: { node?: string } } };
  return typeof process?.versions?.node === 'string';
}
