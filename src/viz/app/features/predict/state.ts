// What of predict mode the rest of the page knows of: only whether it is on.

import { signal } from '@preact/signals';

export const predicting = signal(false);
