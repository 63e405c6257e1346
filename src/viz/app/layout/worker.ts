// The layout in a thread of its own, so that the page answers while a large picture is laid out.

import { layoutGraph } from '../../model/layout.ts';
import { type LayoutRequest, packLayout } from './message.ts';

addEventListener('message', ({ data: { input, options } }: MessageEvent<LayoutRequest>) => {
  const { packed, transfer } = packLayout(layoutGraph(input, options));
  postMessage(packed, { transfer });
});
