// The rule of the selected card, symbols over numbers; and its local derivatives with what they pass on.

import { formatNumber } from '../../model/format.ts';
import { nodeValue } from '../../model/playback.ts';
import type { Equation } from '../../model/rule.ts';
import { gradientLetter } from '../../model/tensor-rule.ts';
import { isNorm, isTensorCard, shapeOf } from '../../model/tensors.ts';
import { flashes } from '../flash.ts';
import {
  cardName,
  hoveredCard,
  playback,
  rule,
  secretEdges,
  selectCard,
  selectedCard,
  step,
} from '../store.ts';
import { Formula } from './math.tsx';

/** More inputs than this are left to the graph. */
const MOST_INPUTS = 12;

/** More derivatives than this are not written out; the graph and the ledgers of the inputs have them. */
const MOST_PARTIALS = 8;

export function RuleSection() {
  const { latex, text } = rule.value ?? {};
  if (latex === undefined || text === undefined) return null;
  return (
    <section data-testid="rule">
      <h3>Rule</h3>
      <EquationLines latex={latex.value} text={text.value} />
      <Inputs />
    </section>
  );
}

/** What goes into the rule: each input with its value, linked to its edge. */
function Inputs() {
  const [current, card] = [playback.value, selectedCard.value];
  if (current === undefined || card === undefined) return null;
  const inputs = current.cards.cards[card]?.inputs ?? [];
  return (
    <ul class="rule-inputs" aria-label="Inputs of the rule">
      {inputs.slice(0, MOST_INPUTS).map(edge => {
        const source = current.cards.edges[edge]?.source ?? -1;
        const node = current.cards.cards[source]?.node ?? -1;
        const constant = current.cards.model.nodes[node]?.kind === 'constant';
        return (
          <li key={edge}>
            <button
              type="button"
              class="rule-input"
              data-testid="rule-input"
              data-edge={edge}
              onClick={() => selectCard(source)}
              {...flashes(edge)}
            >
              {cardName(source)}
              {!constant && (
                <span class="number"> {formatNumber(nodeValue(current.pass, node))}</span>
              )}
            </button>
          </li>
        );
      })}
      {inputs.length > MOST_INPUTS && <li class="more">and {inputs.length - MOST_INPUTS} more</li>}
    </ul>
  );
}

/** One box for every input: ∂card/∂input, and the contribution that goes there. */
export function PartialsSection() {
  const { latex, text } = rule.value ?? {};
  if (latex === undefined || text === undefined || latex.partials.length === 0) return null;
  const partials = latex.partials.slice(0, MOST_PARTIALS);
  const letter = gradientNote();
  return (
    <section data-testid="partials">
      <h3>What it hands on</h3>
      {letter !== '' && <p class="hint letter">{letter}</p>}
      <ul class="partials">
        {partials.map(({ edge, input, equation }, k) => (
          <li key={edge}>
            <button
              type="button"
              class="handed"
              onClick={() => selectCard(input)}
              data-edge={edge}
              {...flashes(edge)}
              onPointerEnter={() => {
                hoveredCard.value = input;
                flashes(edge).onPointerEnter();
              }}
              onPointerLeave={() => {
                hoveredCard.value = undefined;
                flashes(edge).onPointerLeave();
              }}
            >
              {secretEdges.value?.(edge) === true ? (
                <Formula
                  latex={`${equation.left} = \\;?`}
                  text={`${text.partials[k]?.equation.left ?? ''} = ?`}
                />
              ) : (
                <EquationLines latex={equation} text={text.partials[k]?.equation ?? equation} />
              )}
              <Share edge={edge} input={input} />
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

/** What the letter G stands for, where a card hands on tensors. */
function gradientNote(): string {
  const [current, card] = [playback.value, selectedCard.value];
  if (current === undefined || card === undefined || !isTensorCard(current.cards, card)) return '';
  const shape = shapeOf(current.cards.model, current.cards.cards[card]?.node ?? -1);
  const letter = gradientLetter(current.cards, card);
  return `${letter} is the gradient of ${cardName(card)}${shape === '' ? '' : `, ${shape}`}`;
}

/** gradient × local derivative, once the card has fired. */
function Share({ edge, input }: { edge: number; input: number }) {
  const current = playback.value;
  const contribution = current?.flows.contributions[edge];
  const fires = current?.firesAt[current.cards.edges[edge]?.target ?? 0] ?? 0;
  if (current === undefined || contribution === null || contribution === undefined) return null;
  return (
    <span class="share">
      {fires <= step.value ? (
        <>
          → {isNorm(current.cards.model, current.cards.cards[input]?.node ?? -1) && 'share '}
          <b>{formatNumber(contribution)}</b> to {cardName(input)}
        </>
      ) : (
        `→ ${cardName(input)} at step ${fires}`
      )}
    </span>
  );
}

function EquationLines({ latex, text }: { latex: Equation; text: Equation }) {
  if (text.result === '') {
    return (
      <span class="equation">
        <span class="symbols">
          <Formula
            latex={`${latex.left} = ${latex.symbols}`}
            text={`${text.left} = ${text.symbols}`}
          />
        </span>
      </span>
    );
  }
  const plain = text.symbols === text.numbers || text.numbers === text.result;
  if (plain && text.symbols.length < 16) {
    const same = text.symbols === text.result;
    return (
      <span class="equation">
        <span class="symbols">
          <Formula
            latex={`${latex.left} = ${latex.symbols}${same ? '' : ` = ${latex.result}`}`}
            text={`${text.left} = ${text.symbols}${same ? '' : ` = ${text.result}`}`}
          />
        </span>
      </span>
    );
  }
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
