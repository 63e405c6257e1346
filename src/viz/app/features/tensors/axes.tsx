// Which axes of a tensor are rows and columns, and where the others stand.

import { longAxes, pictureOf, type View, withAxis } from '../../../model/picture.ts';
import { setView } from './state.ts';

/** Chooses the view of tensors of a shape; nothing where there is nothing to choose. */
export function Axes({
  shape,
  view,
  name,
}: {
  shape: readonly number[];
  view: View;
  name: string;
}) {
  const axes = longAxes(shape);
  if (axes.length < 3) return null;
  const { still } = pictureOf(shape, { ...view, tiles: view.tiles });
  const choose = (next: View): void => setView(shape, next);
  return (
    <div class="axes" data-testid={`axes-${name}`}>
      <div class="axes-row">
        <AxisChoice
          label="rows"
          axes={axes}
          shape={shape}
          axis={view.row}
          on={axis => choose(withAxis(view, 'row', axis))}
        />
        <AxisChoice
          label="columns"
          axes={axes}
          shape={shape}
          axis={view.column}
          on={axis => choose(withAxis(view, 'column', axis))}
        />
        <label class="axes-tiles">
          <input
            type="checkbox"
            checked={view.tiles}
            onChange={event => choose({ ...view, tiles: event.currentTarget.checked })}
          />{' '}
          tiles
        </label>
      </div>
      {still.map(axis => {
        const last = (shape[axis] ?? 1) - 1;
        const index = Math.min(last, view.at[axis] ?? 0);
        return (
          <label key={axis} class="axes-slider">
            <span>
              axis {axis}: <span class="number">{index}</span> of {last + 1}
            </span>
            <input
              type="range"
              min={0}
              max={last}
              value={index}
              aria-label={`index along axis ${axis}, of ${last + 1}`}
              onInput={event =>
                choose({ ...view, at: view.at.with(axis, event.currentTarget.valueAsNumber) })
              }
            />
          </label>
        );
      })}
    </div>
  );
}

interface ChoiceProps {
  label: string;
  axes: readonly number[];
  shape: readonly number[];
  axis: number;
  on(axis: number): void;
}

function AxisChoice({ label, axes, shape, axis, on }: ChoiceProps) {
  return (
    <label>
      {label}{' '}
      <select value={axis} onChange={event => on(Number(event.currentTarget.value))}>
        {axes.map(k => (
          <option key={k} value={k}>
            axis {k} ({shape[k]})
          </option>
        ))}
      </select>
    </label>
  );
}
