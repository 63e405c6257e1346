// What the pictures of tensors remember: which axes are shown of tensors of one shape, and which of its tensors of a node.

import { signal } from '@preact/signals';
import { standardView, type View } from '../../../model/picture.ts';

const views = signal<ReadonlyMap<string, View>>(new Map());

/** How tensors of a shape are shown. */
export function viewOf(shape: readonly number[]): View {
  return views.value.get(shape.join('×')) ?? standardView(shape);
}

export function setView(shape: readonly number[], view: View): void {
  views.value = new Map(views.value).set(shape.join('×'), view);
}

/** The tensor of a node that is shown: its value, its gradient, or what came along an edge. */
export type Shown = 'value' | 'gradient' | number;
export const shown = signal<Shown>('value');

/** The windowed node that is looked at, where one was chosen among several. */
export const chosenWindow = signal<number | undefined>(undefined);
