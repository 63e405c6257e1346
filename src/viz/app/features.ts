// The features of the viewer, in the order in which their parts stand on the page.

import type { Feature } from './feature.ts';
import { compareFeature } from './features/compare/index.tsx';

export const features: readonly Feature[] = [compareFeature];
