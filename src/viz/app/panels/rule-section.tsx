// The rule of the selected card: symbols over numbers, for its value and for each local derivative.

import { hoveredCard, cardName, rule, selectCard } from '../store.ts';
import type { Equation } from '../../model/rule.ts';
import { Formula } from './math.tsx';

/** More derivatives than this are not written out; the graph and the ledgers of the inputs have them. */
const MOST_PARTIALS = 8;

export function RuleSection() {
  const { latex, text } = rule.value ?? {};
  if (latex === undefined || text === undefined) return null;
  const partials = latex.partials.slice(0, MOST_PARTIALS);
  return (
    <section data-testid="rule">
      <h3>Rule</h3>
      <EquationLines latex={latex.value} text={text.value} />
      {partials.length > 0 && <h3>Local derivatives</h3>}
      <ul class="partials">
        {partials.map(({ edge, input, equation }, k) => (
          <li key={edge}>
            <button
              type="button"
              class="partial"
              aria-label={`Select ${cardName(input)}`}
              onClick={() => selectCard(input)}
              onPointerEnter={() => {
                hoveredCard.value = input;
              }}
              onPointerLeave={() => {
                hoveredCard.value = undefined;
              }}
            >
              <EquationLines latex={equation} text={text.partials[k]?.equation ?? equation} />
            </button>
          </li>
        ))}
      </ul>
      {latex.partials.length > partials.length && (
        <p class="more">and {latex.partials.length - partials.length} more</p>
      )}
    </section>
  );
}

function EquationLines({ latex, text }: { latex: Equation; text: Equation }) {
  const plain = text.symbols === text.numbers || text.numbers === text.result;
  return (
    <span class="equation">
      <span class="symbols">
        <Formula
          latex={`${latex.left} = ${latex.symbols}`}
          text={`${text.left} = ${text.symbols}`}
        />
      </span>
      <span class="filled">
        <Formula
          latex={plain ? `= ${latex.result}` : `= ${latex.numbers} = ${latex.result}`}
          text={plain ? `= ${text.result}` : `= ${text.numbers} = ${text.result}`}
        />
      </span>
    </span>
  );
}
