// The derivative for one leaf written out by the engine: the result with symbols and with numbers, and every step to it.

import { latexName } from '../../../../autograd/trace.ts';
import { Formula } from '../../panels/math.tsx';
import { deriveBy, derivedLeaf, result } from './session.ts';

const MOST_STEPS = 80;

export function DerivationSection() {
  const found = result.value;
  if (found === undefined) return null;
  const leaves = found.leaves.filter(({ kind, gradient }) => kind !== 'const' && gradient !== null);
  if (leaves.length === 0) return null;
  const { derivation } = found;
  return (
    <section class="play-derivation" data-testid="play-derivation">
      <h3>
        <label for="play-derive">Derivation of {found.root} by</label>{' '}
        <select
          id="play-derive"
          data-testid="play-derive"
          value={derivedLeaf.value}
          onChange={({ currentTarget }) => deriveBy(currentTarget.value)}
        >
          {leaves.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </h3>
      {derivation === undefined ? (
        <p class="hint">
          There is no formula for this one; the ledger of each card has the numbers.
        </p>
      ) : (
        <>
          <Scrolled
            latex={`\\frac{\\partial ${latexName(derivation.root)}}{\\partial ${latexName(derivation.leaf)}} = ${derivation.latex}`}
            text={`∂${derivation.root}/∂${derivation.leaf} = ${derivation.text}`}
          />
          <p class="number play-numbers" data-testid="play-numbers">
            {withSigns(derivation.steps.at(-1)?.numbers)}
          </p>
          <details>
            <summary>step by step ({derivation.steps.length})</summary>
            <ol class="play-steps">
              {derivation.steps.slice(0, MOST_STEPS).map(({ title, latex, text, numbers }, k) => (
                <li key={k}>
                  <h4>{title}</h4>
                  <Scrolled latex={latex} text={text} />
                  <p class="number">{withSigns(numbers)}</p>
                </li>
              ))}
            </ol>
          </details>
        </>
      )}
    </section>
  );
}

/** Numbers as the engine writes them, with the sign that stands for ∞ everywhere else on the page. */
function withSigns(numbers = ''): string {
  return numbers.replaceAll(/\bInfinity\b/g, '∞');
}

/** A formula that may be wider than the panel: the keyboard can reach it and scroll it. */
function Scrolled({ latex, text }: { latex: string; text: string }) {
  return (
    <section
      class="play-formula"
      aria-label="Formula"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
      tabIndex={0}
    >
      <Formula latex={latex} text={text} />
    </section>
  );
}
