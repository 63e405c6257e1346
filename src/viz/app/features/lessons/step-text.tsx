// The text of a step on the page: formulas, numbers, and names of cards that can be pressed.

import {
  type Piece,
  piecesOf,
  plainFormula,
  typesetFormula,
  withSigns,
} from '../../../lessons/text.ts';
import { Formula } from '../../panels/math.tsx';
import { numbers, selectNamed } from './session.ts';

export function StepText({ text, waiting }: { text: string; waiting: string }) {
  const known = numbers.value;
  if (known === undefined) return <p class="lessons-waiting">{waiting}</p>;
  return (
    <p class="lessons-text" data-testid="lesson-text">
      {withSigns(piecesOf(text, known)).map((piece, k) => (
        <PieceView key={`${k} ${piece.text}`} piece={piece} />
      ))}
    </p>
  );
}

function PieceView({ piece: { kind, text, sign = '' } }: { piece: Piece }) {
  switch (kind) {
    case 'math':
      return <Formula latex={typesetFormula(text)} text={plainFormula(text)} sign={sign} />;
    case 'code':
      return <code lang="en">{text}</code>;
    case 'strong':
      return <strong>{text}</strong>;
    case 'number':
      return <span class="number">{text}</span>;
    case 'card':
      return (
        <span class="lessons-kept">
          <button
            type="button"
            class="link lessons-card"
            lang="en"
            data-card={text}
            onClick={() => selectNamed(text)}
          >
            {text}
          </button>
          {sign}
        </span>
      );
    case 'text':
      return <>{text}</>;
  }
}
