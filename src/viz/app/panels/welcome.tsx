// What the right panel says while nothing is selected: how to read the picture.

import { hasTensors } from '../../model/tensors.ts';
import { narrow } from '../sheet.ts';
import { model, stepCount } from '../store.ts';

export function Welcome() {
  const tensors = model.value !== undefined && hasTensors(model.value);
  return (
    <div class="welcome" data-testid="welcome">
      <h2>How to read this</h2>
      <p>
        Values flow to the right, to the loss. Gradients flow back: at each step one card{' '}
        <b>fires</b> and hands{' '}
        {tensors ? <>what its rule makes of its gradient</> : <em>gradient × local derivative</em>}{' '}
        to each of its inputs.
      </p>
      {stepCount.value > 0 && (
        <p>
          {narrow.value ? (
            <>Play, or drag a finger along the strip. Tap a card</>
          ) : (
            <>
              <kbd>→</kbd> is the next step, <kbd>Space</kbd> plays them all. Select a card
            </>
          )}{' '}
          to see its rule and where its gradient comes from.
        </p>
      )}
      <h3>A card</h3>
      <dl class="key">
        <dt>
          <b>v</b>
        </dt>
        <dd>its value</dd>
        <dt>
          <b>g</b>
        </dt>
        <dd>its gradient, once it is known</dd>
        {tensors ? (
          <>
            <dt>
              <b>‖ ‖</b>
            </dt>
            <dd>of a tensor: the norm, √ of the sum of squares</dd>
            <dt>
              <b>share</b>
            </dt>
            <dd>on an edge: what went there, as its part of ‖g‖</dd>
          </>
        ) : (
          <>
            <dt>
              <b>∂</b>
            </dt>
            <dd>on an edge: the local derivative</dd>
          </>
        )}
      </dl>
      <h3>Its gradient is</h3>
      <dl class="key">
        <dt>
          <span class="state fires">fires now</span>
        </dt>
        <dd>complete, and being handed on</dd>
        <dt>
          <span class="state complete">complete</span>
        </dt>
        <dd>every consumer has contributed</dd>
        <dt>
          <span class="state partial">partial 1/2</span>
        </dt>
        <dd>some have; the sum so far</dd>
        <dt>
          <span class="state pending">pending</span>
        </dt>
        <dd>nobody has yet</dd>
      </dl>
    </div>
  );
}
