// The derivation: E(w1)′ = (… + …) · …, every factor a button, symbols over numbers, and what it comes to.

import type { Expression } from '../../../model/derivation.ts';
import { formatNumber } from '../../../model/format.ts';
import type { PathSum } from '../../../model/paths.ts';
import { writeName } from '../../../model/rule.ts';
import { Formula } from '../../panels/math.tsx';
import { singlePlayback } from '../../store.ts';
import { derivation, isSecretFactor, pathCardName, secret, terms } from './chosen.ts';
import { Factor } from './factor.tsx';

export function Derivation({ all }: { all: PathSum }) {
  if (!all.scalar) return null;
  const expression = derivation.value;
  return (
    <div class="derivation" data-testid="derivation">
      <span class="derivation-left">
        <LeftSide all={all} />
      </span>
      <Sign text="=" />
      {all.seed !== 1 && (
        <>
          <span class="factor plain" title={`the gradient of ${pathCardName(all.root)}`}>
            <span class="factor-symbol">g</span>
            <span class="factor-number">{formatNumber(all.seed)}</span>
          </span>
          {all.edges.length > 0 && <Sign text="·" />}
        </>
      )}
      {expression === undefined ? (
        all.edges.length > 0 && (
          <span class="derivation-long">the sum over all paths, too long to be written out</span>
        )
      ) : (
        <Part it={expression} beside={all.seed !== 1} follows={all.seed !== 1} />
      )}
      {(all.edges.length > 0 || all.seed === 1) && <Total all={all} />}
    </div>
  );
}

/** E(w1)′ */
function LeftSide({ all }: { all: PathSum }) {
  const { cards } = singlePlayback.value ?? {};
  if (cards === undefined) return null;
  const name = (card: number, notation: 'latex' | 'text') =>
    writeName(cards.model, cards.cards[card]?.node ?? -1, notation);
  const write = (notation: 'latex' | 'text') =>
    `${name(all.root, notation)}(${name(all.card, notation)})`;
  return <Formula latex={`${write('latex')}'`} text={`${write('text')}′`} />;
}

function Total({ all }: { all: PathSum }) {
  return (
    <span class="derivation-total">
      <Sign text="=" />
      <b data-testid="derivation-total">{secret.value ? '?' : formatNumber(all.total)}</b>
      {!secret.value && (
        <span class={all.balanced ? 'check good' : 'check bad'} data-testid="derivation-check">
          {all.balanced
            ? `✓ the gradient of ${pathCardName(all.card)}`
            : `✗ its gradient is ${formatNumber(all.gradient)}`}
        </span>
      )}
    </span>
  );
}

interface PartProps {
  it: Expression;
  beside: boolean;
  follows: boolean;
  /** The minus that it begins with was written already. */
  signed?: boolean;
}

function Part({ it, beside, follows, signed = false }: PartProps) {
  if (it.kind === 'factor') return <Factor edge={it.edge} beside={beside} follows={follows} />;
  if (it.kind === 'product') return <Product {...{ it, beside, follows, signed }} />;
  const terms = it.parts.map((part, k) => {
    const minus = k > 0 && beginsWithMinus(part);
    return (
      <Joined key={k} sign={k === 0 ? '' : minus ? '−' : '+'}>
        <Part it={part} beside={k > 0} follows={k > 0} signed={minus} />
      </Joined>
    );
  });
  if (!beside) return terms;
  return (
    <>
      <Sign text="(" />
      {terms}
      <Sign text=")" />
    </>
  );
}

function Product({ it, beside, follows, signed }: PartProps) {
  const parts = it.kind === 'product' ? withoutOnes(it.parts) : [it];
  const minus = beginsWithMinus(it);
  const shown = minus ? parts.slice(1) : parts;
  const joined = beside || parts.length > 1;
  return (
    <>
      {minus && !signed && <Sign text="−" />}
      {shown.map((part, k) => (
        <Joined key={k} sign={k > 0 ? '·' : ''}>
          <Part it={part} beside={joined} follows={follows || k > 0 || minus} />
        </Joined>
      ))}
    </>
  );
}

/** Whether it is a product with −1 in front, which is written as a sign. */
function beginsWithMinus(it: Expression): boolean {
  if (it.kind !== 'product') return false;
  const [first, ...others] = withoutOnes(it.parts);
  if (first?.kind !== 'factor' || others.length === 0) return false;
  return symbolIs(first.edge, '−1');
}

/** Whether a factor is this number. One that is still a secret must not be told by how it is written. */
function symbolIs(edge: number, number: string): boolean {
  return !isSecretFactor(edge) && terms.value.text.get(edge)?.string === number;
}

function Joined({ sign, children }: { sign: string; children: preact.ComponentChildren }) {
  return (
    <>
      {sign !== '' && <Sign text={sign} />}
      {children}
    </>
  );
}

function Sign({ text }: { text: string }) {
  return <span class={'()'.includes(text) ? 'sign bracket' : 'sign'}>{text}</span>;
}

/** Factors of 1 say nothing; the paths below have them. */
function withoutOnes(parts: readonly Expression[]): readonly Expression[] {
  const kept = parts.filter(part => part.kind !== 'factor' || !symbolIs(part.edge, '1'));
  return kept.length === 0 ? parts.slice(0, 1) : kept;
}
