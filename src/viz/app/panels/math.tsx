// A formula. KaTeX is loaded when the first one is shown; until then, and where it fails, the plain text stands there.

import { useEffect, useRef } from 'preact/hooks';
import { embeddedTrace } from '../embedded.ts';

interface FormulaProps {
  latex: string;
  text: string;
  display?: boolean;
  /** Something beside it says the formula to screen readers. */
  bare?: boolean;
  /** A comma or full stop behind it, which no line may begin with. */
  sign?: string;
}

type Katex = typeof import('katex').default;

/** Longer formulas are left as text: typesetting them would take seconds and help nobody. */
const LONGEST = 3_000;

let katex: Promise<Katex | undefined> | undefined;

/** KaTeX and its style sheet; undefined where they cannot be loaded. */
function loadKatex(): Promise<Katex | undefined> {
  katex ??= Promise.all([import('katex'), loadStyles()]).then(
    ([module]) => module.default,
    () => undefined,
  );
  return katex;
}

/** Without its style sheet a formula of KaTeX stands there twice, and in pieces. */
function loadStyles(): Promise<void> {
  // In an exported file it is there already.
  if (embeddedTrace !== undefined) return Promise.resolve();
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = './katex.css';
  const loaded = new Promise<void>((resolve, reject) => {
    link.onload = () => resolve();
    link.onerror = () => reject(new Error('katex.css could not be loaded'));
  });
  document.head.append(link);
  return loaded;
}

export function Formula({ latex, text, display = false, bare = false, sign = '' }: FormulaProps) {
  const element = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    let current = true;
    const target = element.current;
    if (target === null) return;
    target.textContent = text + sign;
    if (latex.length > LONGEST) return;
    void loadKatex().then(loaded => {
      if (!current || loaded === undefined) return;
      try {
        // Into a scratch element first: a formula that fails half way must not leave half of itself behind.
        const scratch = document.createElement('span');
        loaded.render(latex, scratch, {
          displayMode: display,
          output: bare ? 'html' : 'htmlAndMathml',
          // Not false: the node that KaTeX makes of an error carries an inline style, which the policy forbids.
          throwOnError: true,
          trust: false,
          strict: 'ignore',
          maxExpand: 200,
          maxSize: 8,
        });
        if (sign !== '') addSign(scratch, sign);
        target.replaceChildren(...scratch.childNodes);
      } catch {
        target.textContent = text + sign;
      }
    });
    return () => {
      current = false;
    };
  }, [latex, text, display, bare, sign]);
  return <span ref={element} class="formula" data-latex={latex.slice(0, LONGEST)} />;
}

/** Sets a sign into the last box of a formula, behind which a line might end. */
function addSign(formula: HTMLElement, sign: string): void {
  const behind = document.createElement('span');
  behind.className = 'formula-sign';
  behind.textContent = sign;
  const boxes = formula.querySelectorAll('.katex-html > .katex-base');
  (boxes[boxes.length - 1] ?? formula).append(behind);
}
