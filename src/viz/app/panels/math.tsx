// A formula. KaTeX is loaded when the first one is shown; until then, and where it fails, the plain text stands there.

import { useEffect, useRef } from 'preact/hooks';
import { embeddedTrace } from '../embedded.ts';

interface FormulaProps {
  latex: string;
  text: string;
  display?: boolean;
  /** Something beside it says the formula to screen readers. */
  bare?: boolean;
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

export function Formula({ latex, text, display = false, bare = false }: FormulaProps) {
  const element = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    let current = true;
    const target = element.current;
    if (target === null) return;
    target.textContent = text;
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
        target.replaceChildren(...scratch.childNodes);
      } catch {
        target.textContent = text;
      }
    });
    return () => {
      current = false;
    };
  }, [latex, text, display, bare]);
  return <span ref={element} class="formula" data-latex={latex.slice(0, LONGEST)} />;
}
