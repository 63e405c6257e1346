// The panels of features where a wide window has them.

import type { Panel } from '../feature.ts';
import { features } from '../features.ts';

/** Those of one place, in the order of the features. */
export function Panels({ place }: { place: Panel['place'] }) {
  return (
    <>
      {features.map(({ panel }, k) => {
        if (panel?.place !== place) return null;
        const View = panel.view;
        return <View key={k} />;
      })}
    </>
  );
}
