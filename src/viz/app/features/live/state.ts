// What the page knows of the program that it watches.

import { signal } from '@preact/signals';
import { choosePass, passIndex, trace } from '../../store.ts';

/** Passes that the program has run, shown or not. */
export const total = signal(0);
/** Each new pass is shown as it comes. */
export const following = signal(true);

/** Follows the newest pass from now on, or stays where the page is. */
export function setFollowing(follow: boolean): void {
  following.value = follow;
  if (follow) showNewest();
}

export function showNewest(): void {
  const newest = (trace.peek()?.passes.length ?? 0) - 1;
  if (newest >= 0 && newest !== passIndex.peek()) choosePass(newest);
}
