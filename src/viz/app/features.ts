// The features of the viewer, in the order in which their parts stand on the page.

import type { Feature } from './feature.ts';

export const features: readonly Feature[] = [];
