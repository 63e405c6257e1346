// Tensors: pictures of values, gradients and contributions, what they come to, and which elements make which. All of it is
// loaded when the first card with a tensor is selected.

import { isTensorCard } from '../../../model/tensors.ts';
import type { Feature } from '../../feature.ts';
import { lazy } from '../../lazy.tsx';
import { playback, selectedCard } from '../../store.ts';

const TensorPanels = lazy<{ card: number }>(
  () => {
    const card = selectedCard.value;
    return playback.value !== undefined && card !== undefined
      ? isTensorCard(playback.value.cards, card)
      : false;
  },
  async () => (await import('./panels.tsx')).TensorPanels,
);

export const tensorsFeature: Feature = { inspector: TensorPanels };
