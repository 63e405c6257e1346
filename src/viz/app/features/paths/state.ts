// What of the paths the rest of the page knows of: only whether they are shown.

import { signal } from '@preact/signals';

export const pathsOpen = signal(false);
