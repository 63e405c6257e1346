// The features of the viewer, in the order in which their parts stand on the page.

import type { Feature } from './feature.ts';
import { compareFeature } from './features/compare/index.tsx';
import { exportFeature } from './features/export/index.tsx';
import { groupsFeature } from './features/groups/index.tsx';
import { healthFeature } from './features/health/index.tsx';
import { lessonsFeature } from './features/lessons/index.tsx';
import { listFeature } from './features/list/index.tsx';
import { liveFeature } from './features/live/index.tsx';
import { nestedFeature } from './features/nested/index.tsx';
import { openFileFeature } from './features/open-file/index.tsx';
import { pathsFeature } from './features/paths/index.tsx';
import { playgroundFeature } from './features/playground/index.tsx';
import { predictFeature } from './features/predict/index.tsx';
import { searchFeature } from './features/search/index.tsx';
import { tensorsFeature } from './features/tensors/index.tsx';

export const features: readonly Feature[] = [
  searchFeature,
  lessonsFeature,
  listFeature,
  liveFeature,
  playgroundFeature,
  compareFeature,
  healthFeature,
  groupsFeature,
  nestedFeature,
  pathsFeature,
  predictFeature,
  exportFeature,
  openFileFeature,
  tensorsFeature,
];
